import type { Edit, Graph, Resource } from '../../src/check.ts';

/** A statement once for all servers where their http block is in the tree, else in the server itself. */
export function onceForAll(
  server: Resource<'nginx.server'>,
  graph: Graph,
  text: string,
  safety: Edit['safety'],
): readonly Edit[] {
  const [http] = graph.in(server, 'contains', 'nginx.http').items;
  const at = http?.inside ?? server.inside;
  return at ? [{ at, text, safety, layout: 'statements' }] : [];
}
