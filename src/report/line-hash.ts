const block = 100;
const factor = 37;
const lineFeed = 10;
const endOfFile = 65535;

/** `factor ** block` modulo 2^64, as two unsigned halves. */
const [oldestHigh, oldestLow] = power();

/**
 * The hash that GitHub's code scanning computes for each line when it compares two uploads: a rolling hash of the
 * 100 characters other than blanks from the line's start, and a count among equal ones.
 * Source: github/codeql-action, `src/fingerprints.ts`.
 *
 * @returns one entry a line, in order
 */
export function lineHashes(text: string): readonly string[] {
  const found: string[] = [];
  const counts = new Map<string, number>();
  const window = new Uint16Array(block);
  const lineOf = new Int32Array(block).fill(-1);
  let high = 0;
  let low = 0;
  let index = 0;
  let line = 0;

  const settle = (): void => {
    const value = (BigInt(high) * 4294967296n + BigInt(low)).toString(16);
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    found[lineOf[index] ?? 0] = `${value}:${count}`;
    lineOf[index] = -1;
  };
  const roll = (code: number): void => {
    const begin = window[index] ?? 0;
    window[index] = code;
    // hash * 37 + code - 37^100 * begin, modulo 2^64, in halves that stay exact in a double
    const sum = low * factor + code - oldestLow * begin;
    low = modulo(sum);
    high = modulo(high * factor - oldestHigh * begin + Math.floor(sum / 4294967296));
    index = (index + 1) % block;
  };

  let atLineStart = true;
  let afterReturn = false;
  const take = (code: number): void => {
    const skipped = code === 32 || code === 9 || (afterReturn && code === lineFeed);
    afterReturn = code === 13;
    if (skipped) return;
    if (lineOf[index] !== -1) settle();
    if (atLineStart) {
      atLineStart = false;
      lineOf[index] = line;
      line += 1;
    }
    const character = code === 13 ? lineFeed : code;
    if (character === lineFeed) atLineStart = true;
    roll(character);
  };
  for (let at = 0; at < text.length; at += 1) take(text.charCodeAt(at));
  take(endOfFile);
  for (let rest = 0; rest < block; rest += 1) {
    if (lineOf[index] !== -1) settle();
    roll(0);
  }
  return found;
}

function modulo(value: number): number {
  const rest = value % 4294967296;
  return rest < 0 ? rest + 4294967296 : rest;
}

function power(): readonly [number, number] {
  let value = 1n;
  for (let step = 0; step < block; step += 1) value = BigInt.asUintN(64, value * BigInt(factor));
  return [Number(value >> 32n), Number(value & 0xffffffffn)];
}
