/**
 * A YAML node with its exact place, offsets in UTF-16 code units. Aliases stay nodes of their own; the readers in
 * yaml-read.ts follow them.
 */
export type YamlNode = YamlScalar | YamlMap | YamlSequence | YamlAlias;

/** A node with content, as the readers hand it out. */
export type YamlContent = YamlScalar | YamlMap | YamlSequence;

export interface YamlSpan {
  readonly start: number;
  readonly end: number;
}

interface Properties extends YamlSpan {
  /** As written: `!reset`, `!!str`; null when there is none. */
  readonly tag: string | null;
  readonly anchor: string | null;
}

export interface YamlScalar extends Properties {
  readonly kind: 'scalar';
  /** Unquoted, unescaped and folded text; empty for a value that is left out. */
  readonly value: string;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
}

export interface YamlMap extends Properties {
  readonly kind: 'map';
  /** As written, in order: duplicates and `<<` included. */
  readonly pairs: readonly YamlPair[];
  readonly flow: boolean;
}

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlSequence extends Properties {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly flow: boolean;
}

interface YamlAlias extends YamlSpan {
  readonly kind: 'alias';
  readonly name: string;
  /** Null when the anchor is missing, holds this alias itself, or when following would exceed the limit. */
  readonly target: YamlContent | null;
}

/** A fault that the reader stepped over. */
export interface YamlFault extends YamlSpan {
  readonly code: 'syntax' | 'duplicate-key' | 'alias';
  readonly message: string;
}
