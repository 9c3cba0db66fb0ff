import type { Edit } from '../../src/check.ts';

/** Whether an address is fetched without encryption: `http:`, `git:`, `ftp:`, and not from the machine itself. */
export function isPlain(url: string): boolean {
  if (!/^(?:git\+)?(?:http|git|ftp):\/\//i.test(url)) return false;
  return !/^[a-z+]+:\/\/(?:[^@/]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/]|$)/i.test(url);
}

/** Public hosts that serve over TLS whatever they serve without it. */
const encrypted =
  /^(registry\.npmjs\.org|registry\.yarnpkg\.com|github\.com|codeload\.github\.com|gitlab\.com|bitbucket\.org)$/;

/** What writes `https` in the place of the scheme of a plain URL that begins at `at`, quotes around it or not. */
export function encryption(url: string, at: Edit['at']): readonly Edit[] {
  const [scheme = ''] = /^(?:git\+)?(?:http|git)(?=:)/i.exec(url) ?? [];
  const [, host = '', port] = /^[a-z+]+:\/\/(?:[^@/]*@)?([^:/]+)(:\d+)?/i.exec(url) ?? [];
  const quotes = (at.end - at.start - url.length) / 2;
  if (scheme === '' || port !== undefined || (quotes !== 0 && quotes !== 1)) return [];
  const start = at.start + quotes;
  const text = /^git/i.test(scheme) ? 'git+https' : 'https';
  const safety = encrypted.test(host.toLowerCase()) ? 'safe' : 'unsafe';
  return [{ at: { ...at, start, end: start + scheme.length }, text, safety }];
}

/** The scheme of a URL, for a message. */
export function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(':'));
}
