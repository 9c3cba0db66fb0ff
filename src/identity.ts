import type { Finding } from './finding.ts';
import type { Graph } from './graph.ts';
import { blocksIn, indentEnd, keysTo, lineOf } from './lang/blocks.ts';
import type { Location } from './model/location.ts';
import type { Resource } from './model/resource.ts';
import type { Source, Span } from './source.ts';

/**
 * Says whose a statement is, for fingerprints: one that several servers, services or stages share must stay the same
 * finding when another comes to share it, or the first of them goes. So it is named after what it is written in, and
 * after the subject only where that is the same.
 */
export class Owners {
  private readonly graph: Graph;
  private readonly sources: ReadonlyMap<string, Source>;
  private readonly blocks = new Map<string, readonly Span[]>();
  private readonly heads = new Map<string, ReadonlyMap<number, string>>();

  constructor(graph: Graph, sources: ReadonlyMap<string, Source>) {
    this.graph = graph;
    this.sources = sources;
  }

  /** The name of whose the statement at this place is, of those that it is a finding about. */
  of(at: Location, about: readonly Finding['resource'][]): string {
    const [first] = about.map(({ id }) => id).sort();
    const source = this.sources.get(at.source);
    if (first === undefined || at.end <= at.start || !source || !('text' in source)) return first ?? '';
    const { text } = source;
    if (this.isOf('nginx', at)) return this.inBraces(text, at);
    if (this.isOf('docker', at)) return this.inStage(at, about) ?? first;
    return this.isOf('compose', at)
      ? (this.inService(text, at, about) ?? `~${keysTo(text, at.start).join('/')}`)
      : first;
  }

  private isOf(family: string, { source }: Location): boolean {
    return this.graph.get(`source.file:${source}#${family}`) !== undefined;
  }

  /** The innermost block around it that is a resource; in a file that is included, its own first word. */
  private inBraces(text: string, at: Location): string {
    const heads = this.headsIn(at.source, nginxKinds);
    const around = this.blocksIn(at.source, text).filter(
      ({ start, end }) => start <= at.start && end > at.start,
    );
    const inner = around.map(({ start }) => heads.get(start)).findLast((id) => id !== undefined);
    return inner ?? `~${/^[\w-]*/.exec(text.slice(at.start, at.start + 80))?.[0] ?? ''}`;
  }

  /** The step that it is a part of, else the stage. */
  private inStage(at: Location, about: readonly Finding['resource'][]): string | undefined {
    const own = about
      .map(({ id }) => this.graph.get(id))
      .find((resource) => resource?.kind.startsWith('docker.') && holds(resource.at, at));
    if (own) return own.id;
    const before = [...this.headsIn(at.source, ['docker.stage'])].filter(([start]) => start <= at.start);
    return before.reduce<readonly [number, string] | undefined>(
      (last, one) => (last && last[0] > one[0] ? last : one),
      undefined,
    )?.[1];
  }

  private inService(text: string, at: Location, about: readonly Finding['resource'][]): string | undefined {
    return about
      .map(({ id }) => this.graph.get(id))
      .find((resource) => resource && isWithin(text, resource, at))?.id;
  }

  private blocksIn(source: string, text: string): readonly Span[] {
    const found = this.blocks.get(source) ?? blocksIn(text);
    this.blocks.set(source, found);
    return found;
  }

  /** Where resources of these kinds begin in a source. */
  private headsIn(source: string, kinds: readonly Resource['kind'][]): ReadonlyMap<number, string> {
    const known = this.heads.get(source);
    if (known) return known;
    const found = new Map<number, string>();
    for (const kind of kinds) {
      for (const { at, id } of this.graph.all(kind).items)
        if (at.source === source && at.end > 0) found.set(at.start, id);
    }
    this.heads.set(source, found);
    return found;
  }
}

const nginxKinds = ['nginx.http', 'nginx.upstream', 'nginx.server', 'nginx.location'] as const;

function holds(outer: Location, inner: Location): boolean {
  return outer.source === inner.source && outer.start <= inner.start && outer.end >= inner.end;
}

/** In the lines below the one that the resource begins on, which are indented deeper. */
function isWithin(text: string, { at: head }: Resource, at: Location): boolean {
  if (head.source !== at.source || at.start < lineOf(text, head.start).start) return false;
  return head.end > 0 && at.start < indentEnd(text, head.start);
}
