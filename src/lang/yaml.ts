import { limits } from '../limits.ts';
import { commentsOf } from './yaml-comments.ts';
import { readEvents } from './yaml-events.ts';
import type { YamlFault, YamlNode, YamlSpan } from './yaml-node.ts';
import { buildDocuments } from './yaml-tree.ts';

export interface YamlFile {
  /** One root a document; null for an empty one. */
  readonly documents: readonly (YamlNode | null)[];
  readonly comments: readonly YamlSpan[];
  /** In the order of the text. */
  readonly faults: readonly YamlFault[];
  /** Parts that could not be read: what they say is not known. */
  readonly lost: readonly YamlSpan[];
}

/**
 * Reads YAML 1.2 with offsets, by js-yaml's event stream. A syntax error costs the smallest block around it, is told
 * of in `faults` and leaves a span in `lost`. Throws only when nothing of the text can be read.
 */
export function parseYaml(text: string): YamlFile {
  const { events, source, faults, lost } = readEvents(text, limits.nesting);
  const built = buildDocuments(events, source, limits.aliasNodes);
  return {
    documents: built.documents,
    comments: commentsOf(text, events),
    faults: [...faults, ...built.faults].sort((left, right) => left.start - right.start),
    lost: [...lost, ...built.faults.filter(({ code }) => code === 'alias')],
  };
}
