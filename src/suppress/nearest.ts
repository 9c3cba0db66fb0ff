/** The name that a wrong one was probably meant to be; undefined when none is close. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const slug = wrong.slice(wrong.lastIndexOf('/') + 1).toLowerCase();
  const same = names.find((name) => name.endsWith(`/${slug}`));
  if (same !== undefined) return same;
  const most = Math.max(2, Math.floor(wrong.length / 3));
  let best: string | undefined;
  let least = most + 1;
  for (const name of names) {
    const cost = distance(wrong.toLowerCase(), name, least);
    if (cost < least) [best, least] = [name, cost];
  }
  return best ?? (slug.length > 2 ? names.find((name) => name.includes(slug)) : undefined);
}

/** Letters to add, leave out or change; `most` and above is not counted out. */
function distance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) >= most) return most;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at += 1) {
    const next = [at];
    for (let place = 1; place <= to.length; place += 1) {
      const change = (row[place - 1] ?? 0) + (from[at - 1] === to[place - 1] ? 0 : 1);
      next.push(Math.min(change, (row[place] ?? 0) + 1, (next[place - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? most;
}
