/** What a file is called in a diff that stands for nothing. */
const nothing = '/dev/null';
const context = 3;

/** A run of lines that become others. */
interface Replaced {
  /** Index of the first old line. */
  readonly from: number;
  readonly old: readonly string[];
  readonly put: readonly string[];
}

/** A unified diff as `patch` and `git apply` read it, line by line; nothing for equal texts. */
export function* unifiedDiff(uri: string, before: string | null, after: string): Generator<string> {
  const old = linesOf(before ?? '');
  const replaced = differences(old, linesOf(after));
  if (replaced.length === 0 && before !== null) return;
  yield `--- ${before === null ? nothing : `a/${uri}`}`;
  yield `+++ b/${uri}`;
  let shift = 0;
  for (const group of grouped(replaced)) {
    yield* hunk(old, group, shift);
    shift += group.reduce((sum, { old: gone, put }) => sum + put.length - gone.length, 0);
  }
}

/** Lines with their ends, so that a last line without one differs from one with it. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Finds what differs by walking both texts and looking for the nearest place where they agree again. */
function differences(old: readonly string[], fresh: readonly string[]): readonly Replaced[] {
  const found: Replaced[] = [];
  let left = 0;
  let right = 0;
  while (left < old.length || right < fresh.length) {
    if (left < old.length && old[left] === fresh[right]) {
      left += 1;
      right += 1;
      continue;
    }
    const [gone, put] = nextAgreement(old, fresh, left, right);
    found.push({ from: left, old: old.slice(left, left + gone), put: fresh.slice(right, right + put) });
    left += gone;
    right += put;
  }
  return found;
}

/** How many lines on either side differ until the next that agree; edits are small, so this looks not far. */
function nextAgreement(
  old: readonly string[],
  fresh: readonly string[],
  left: number,
  right: number,
): readonly [number, number] {
  const rest = [old.length - left, fresh.length - right] as const;
  for (let sum = 1; sum <= Math.min(rest[0] + rest[1], 400); sum += 1) {
    for (let gone = Math.min(sum, rest[0]); gone >= 0 && sum - gone <= rest[1]; gone -= 1) {
      const put = sum - gone;
      if (agrees(old, fresh, left + gone, right + put, gone === put)) return [gone, put];
    }
  }
  return rest;
}

/** Both end here, or the next line is the same; of a blank line or a brace the one behind it has to be too, unless as many were replaced. */
function agrees(
  old: readonly string[],
  fresh: readonly string[],
  left: number,
  right: number,
  level: boolean,
): boolean {
  if (left >= old.length || right >= fresh.length) return left >= old.length && right >= fresh.length;
  const line = old[left] ?? '';
  return line === fresh[right] && (level || /\w/.test(line) || old[left + 1] === fresh[right + 1]);
}

/** Differences whose context would touch share a hunk. */
function grouped(replaced: readonly Replaced[]): readonly (readonly Replaced[])[] {
  const groups: Replaced[][] = [];
  for (const one of replaced) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && one.from - (last.from + last.old.length) <= 2 * context) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

function* hunk(old: readonly string[], group: readonly Replaced[], shift: number): Generator<string> {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return;
  const from = Math.max(0, first.from - context);
  const to = Math.min(old.length, last.from + last.old.length + context);
  const grown = group.reduce((sum, one) => sum + one.put.length - one.old.length, 0);
  yield `@@ -${range(from, to - from)} +${range(from + shift, to - from + grown)} @@`;
  let place = from;
  for (const { from: start, old: gone, put } of group) {
    yield* marked(' ', old.slice(place, start));
    yield* marked('-', gone);
    yield* marked('+', put);
    place = start + gone.length;
  }
  yield* marked(' ', old.slice(place, to));
}

/** Start and length as diffs count them: an empty range stands behind the line before it. */
function range(from: number, length: number): string {
  return `${length === 0 ? from : from + 1},${length}`;
}

function* marked(sign: string, lines: readonly string[]): Generator<string> {
  for (const line of lines) {
    yield sign + line.replace(/\n$/, '');
    if (!line.endsWith('\n')) yield '\\ No newline at end of file';
  }
}
