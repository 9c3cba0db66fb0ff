/** The name that a wrong one was probably meant to be; undefined when none is close. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  const most = wrong.length < 4 ? 1 : Math.max(2, Math.floor(wrong.length / 3));
  let best: { readonly name: string; readonly cost: number } | undefined;
  for (const name of names) {
    const cost = name.toLowerCase() === wrong.toLowerCase() ? 0 : distance(wrong, name, most);
    if (cost <= most && (!best || cost < best.cost)) best = { name, cost };
  }
  return best?.name ?? partOf(wrong, names);
}

/** `; did you mean high?`, or what else helps. */
export function hint(wrong: string, names: Iterable<string>, otherwise = ''): string {
  const name = nearest(wrong, names);
  return name === undefined ? otherwise : `; did you mean ${name}?`;
}

/** A name whose last part is the wrong one's, or holds it. */
function partOf(wrong: string, names: Iterable<string>): string | undefined {
  const slug = wrong.split('/').at(-1) ?? wrong;
  if (slug.length < 3) return undefined;
  const all = [...names];
  return all.find((name) => name.endsWith(`/${slug}`)) ?? all.find((name) => name.includes(slug));
}

/** Letters to add, leave out, change or swap with the next; more than `most` is not counted out. */
function distance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at += 1) {
    const next = nextRow(from, to, at, row, before);
    before = row;
    row = next;
  }
  return row[to.length] ?? most + 1;
}

function nextRow(
  from: string,
  to: string,
  at: number,
  row: readonly number[],
  before: readonly number[],
): number[] {
  const next = [at];
  for (let place = 1; place <= to.length; place += 1) {
    const change = (row[place - 1] ?? 0) + (from[at - 1] === to[place - 1] ? 0 : 1);
    const swapped = at > 1 && from[at - 1] === to[place - 2] && from[at - 2] === to[place - 1];
    const swap = swapped ? (before[place - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
    next.push(Math.min(change, swap, (row[place] ?? 0) + 1, (next[place - 1] ?? 0) + 1));
  }
  return next;
}
