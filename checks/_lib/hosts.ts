/** Whether an address is fetched without encryption: `http:`, `git:`, `ftp:`, and not from the machine itself. */
export function isPlain(url: string): boolean {
  if (!/^(?:git\+)?(?:http|git|ftp):\/\//i.test(url)) return false;
  return !/^[a-z+]+:\/\/(?:[^@/]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/]|$)/i.test(url);
}

/** The scheme of a URL, for a message. */
export function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(':'));
}
