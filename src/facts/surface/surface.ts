import type { Graph } from '../../graph.ts';
import { cloudOf } from './cloud.ts';
import type { SurfaceEntry } from './entry.ts';
import { routesOf } from './routes.ts';
import { servicesOf } from './services.ts';

/** What can be reached from where, and what is behind it, as far as the graph tells; one entry a subject. */
export function surfaceOf(graph: Graph): readonly SurfaceEntry[] {
  const found = new Map<string, SurfaceEntry>();
  for (const entry of [...routesOf(graph), ...servicesOf(graph), ...cloudOf(graph)]) {
    let { subject } = entry;
    for (let again = 2; found.has(`${entry.kind} ${subject}`); again += 1)
      subject = `${entry.subject} (${again})`;
    found.set(`${entry.kind} ${subject}`, { ...entry, subject });
  }
  return [...found.values()];
}
