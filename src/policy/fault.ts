/** One thing that is wrong in a policy, where it is written; line and column count from 1. */
export interface PolicyFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A policy that cannot be used. The message has a line for each fault. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly faults: readonly PolicyFault[];

  constructor(faults: readonly PolicyFault[]) {
    const sorted = faults.toSorted((left, right) => left.line - right.line || left.column - right.column);
    const shown = sorted.slice(0, most).map(lineOf);
    if (faults.length > most) shown.push(`and ${faults.length - most} more`);
    super(shown.join('\n'));
    this.faults = sorted;
  }
}

const most = 20;

function lineOf({ file, line, column, message }: PolicyFault): string {
  return `${file}:${line}:${column}: ${printable(message)}`;
}

/** A policy may come with the tree: no control character of it reaches a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
