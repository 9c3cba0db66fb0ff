/** More patterns than these are not written by people. */
const mostPatterns = 200;

/** Whether a folder is among those that the patterns of `workspaces` name: `packages/*`, `apps/**`, `!apps/old`. */
export function workspaceTest(patterns: readonly string[]): (path: string) => boolean {
  const wanted: RegExp[] = [];
  const unwanted: RegExp[] = [];
  for (const pattern of patterns.slice(0, mostPatterns)) {
    const isNot = pattern.startsWith('!');
    const test = globbed(isNot ? pattern.slice(1) : pattern);
    if (test) (isNot ? unwanted : wanted).push(test);
  }
  return (path) => wanted.some((test) => test.test(path)) && !unwanted.some((test) => test.test(path));
}

/** Undefined for patterns that no workspace is named by. */
function globbed(pattern: string): RegExp | undefined {
  const clean = pattern
    .replace(/^\.\//, '')
    .replace(/\/+$/, '')
    .replace(/\*{3,}/g, '**');
  if (clean.length > 200 || (clean.match(/\*+/g)?.length ?? 0) > 4) return undefined;
  const source = clean
    .replace(/[.+^${}()|[\]\\?]/g, '\\$&')
    .replace(/\*\*\/?|\*/g, (star) => (star === '*' ? '[^/]*' : star === '**' ? '.*' : '(?:.*/)?'));
  return new RegExp(`^${source}$`);
}
