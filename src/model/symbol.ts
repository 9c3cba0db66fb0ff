/** The only makers of symbols, so that two loaders spell one thing the same way. */

/** A host name as a peer would look it up: lower case, no trailing dot, no port. */
export function dnsSymbol(host: string): string {
  return `dns:${host.toLowerCase().replace(/\.$/, '')}`;
}

/** A port of the host, as programs on the host reach it on the loopback address. */
export function socketSymbol(port: number): string {
  return `socket:${port}`;
}

/** A file or folder of the tree. */
export function pathSymbol(path: string): string {
  return `path:${path}`;
}

/** An Amazon resource name; case is kept, since names in it are case-sensitive. */
export function arnSymbol(arn: string): string {
  return arn;
}
