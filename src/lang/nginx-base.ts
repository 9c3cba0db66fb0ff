import { NginxParser } from 'nginx-conf';

/** A node of nginx-conf's tree. */
export interface Node {
  name: string;
  value: string;
  readonly parent: Node | null;
  readonly children: Node[] | null;
  readonly isBlock: boolean;
  readonly isVerbatim: boolean;
}

/** What the base class keeps to itself in its types alone, and an extension has to reach. */
interface OpenParser {
  source: string;
  index: number;
  context: Node;
  readonly tree: Node;
  parse(source: string): void;
  parseNext(): void;
  readVerbatimBlock(): string;
}

// The members are there at run time; the package declares them private, which TypeScript alone enforces.
export const Base = NginxParser as unknown as new () => OpenParser;
