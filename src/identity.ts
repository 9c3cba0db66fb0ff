import type { Finding } from './finding.ts';
import type { Graph } from './graph.ts';
import {
  type Extent,
  extentsIn,
  indentEnd,
  type KeyedLine,
  keyedLines,
  keysTo,
  lastBefore,
  lineOf,
} from './lang/blocks.ts';
import type { Location } from './model/location.ts';
import type { Kind } from './model/resource.ts';
import type { Source } from './source.ts';

/**
 * Says whose a statement is, for fingerprints: one that several servers, services or stages share must stay the same
 * finding when another comes to share it, or the first of them goes. So it is named after what it is written in, and
 * after the subject only where that is the same.
 */
export class Owners {
  private readonly graph: Graph;
  private readonly sources: ReadonlyMap<string, Source>;
  private readonly blocks = new Map<string, readonly Extent[]>();
  private readonly lines = new Map<string, readonly KeyedLine[]>();
  /** Where the blocks of services end. */
  private readonly ends = new Map<string, number>();
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
    if (!this.isOf('compose', at)) return first;
    return this.inService(text, at, about) ?? `~${keysTo(this.linesIn(at.source, text), at.start).join('/')}`;
  }

  private isOf(family: string, { source }: Location): boolean {
    return this.graph.get(`source.file:${source}#${family}`) !== undefined;
  }

  /** The innermost block around it that is a resource; in a file that is included, its own first word. */
  private inBraces(text: string, at: Location): string {
    const heads = this.headsIn(at.source, nginxKinds);
    const blocks = this.blocksIn(at.source, text);
    for (let index = lastBefore(blocks, at.start); index >= 0; index = blocks[index]?.parent ?? -1) {
      const block = blocks[index];
      const id = block && block.end > at.start ? heads.get(block.start) : undefined;
      if (id !== undefined) return id;
    }
    return `~${/^[\w-]*/.exec(text.slice(at.start, at.start + 80))?.[0] ?? ''}`;
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
    return about.find(({ id }) => {
      const head = this.graph.get(id)?.at;
      if (head?.source !== at.source || head.end === 0) return false;
      return at.start >= lineOf(text, head.start).start && at.start < this.endOf(id, text, head);
    })?.id;
  }

  /** Behind the lines below the one that a service begins on, which are indented deeper. */
  private endOf(id: string, text: string, head: Location): number {
    const end = this.ends.get(id) ?? indentEnd(text, head.start);
    this.ends.set(id, end);
    return end;
  }

  private blocksIn(source: string, text: string): readonly Extent[] {
    const found = this.blocks.get(source) ?? extentsIn(text);
    this.blocks.set(source, found);
    return found;
  }

  private linesIn(source: string, text: string): readonly KeyedLine[] {
    const found = this.lines.get(source) ?? keyedLines(text);
    this.lines.set(source, found);
    return found;
  }

  /** Where resources of these kinds begin in a source. */
  private headsIn(source: string, kinds: readonly Kind[]): ReadonlyMap<number, string> {
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
