import ipaddr from 'ipaddr.js';

/**
 * How far a backend is: on this machine, at a private address, a bare name (a container or a service of the same
 * network), or anywhere.
 */
export type Distance = 'here' | 'private' | 'neighbour' | 'anywhere';

const privateNames = /\.(local|localdomain|lan|internal|intranet|corp|home|home\.arpa|consul)$/;
const clusterNames = /\.svc(\.cluster\.local)?$/;

export function distanceOf(host: string): Distance {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  if (name === 'unix:' || name === 'localhost' || name.endsWith('.localhost')) return 'here';
  // What is no address would be told so by an exception, which is slow.
  if (/^[\d.]+$|:/.test(name) && ipaddr.isValid(name)) return ofAddress(name);
  if (name === 'host.docker.internal' || name === 'gateway.docker.internal') return 'here';
  if (clusterNames.test(name) || !name.includes('.')) return 'neighbour';
  return privateNames.test(name) ? 'private' : 'anywhere';
}

function ofAddress(address: string): Distance {
  const range = ipaddr.process(address).range();
  if (range === 'loopback' || range === 'unspecified') return 'here';
  return range === 'unicast' || range === '6to4' || range === 'teredo' ? 'anywhere' : 'private';
}
