/** Whether an address lies in a network such as 10.0.0.0/8 or fd00::/8. */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/');
  const bits = bitsOf(address);
  const prefix = bitsOf(base);
  if (bits === undefined || prefix === undefined || bits.length !== prefix.length) return false;
  return bits.startsWith(prefix.slice(0, Number(length)));
}

/** The bits of an address as a text; undefined for a name. */
function bitsOf(address: string): string | undefined {
  const bare = address.replace(/^\[|\]$/g, '');
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(bare)) return joined(bare.split('.'), 10, 8);
  if (!/^[0-9a-f:]+$/i.test(bare) || !bare.includes(':')) return undefined;
  const [left = '', right] = bare.split('::');
  const before = left.split(':').filter(Boolean);
  const after = (right ?? '').split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return joined([...before, ...zeros, ...after], 16, 16);
}

function joined(parts: readonly string[], base: number, width: number): string {
  return parts.map((part) => Number.parseInt(part, base).toString(2).padStart(width, '0')).join('');
}
