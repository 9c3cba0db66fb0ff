import type { Mount } from '../../src/model/compose.ts';
import { valueIfKnown } from '../../src/model/value.ts';

/** Sockets through which a container engine is told what to do. */
export const engineSockets: readonly string[] = [
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/var/run/containerd/containerd.sock',
  '/run/podman/podman.sock',
  '/var/run/podman/podman.sock',
  '/run/crio/crio.sock',
  '/var/run/crio/crio.sock',
];

/** Whether the mount brings the socket of a container engine in, by where it comes from or where it goes. */
export function isEngineSocket(mount: Mount): boolean {
  if (mount.type === 'volume' || mount.type === 'tmpfs') return false;
  return [mount.hostPath, mount.target].some((value) => {
    const path = valueIfKnown(value) ?? '';
    return (
      engineSockets.includes(settled(path)) ||
      /^\\\\\.\\pipe\\docker_engine$/.test(path) ||
      path === '//./pipe/docker_engine'
    );
  });
}

/** An absolute path without `.`, `..` and doubled slashes; others stay as they are. */
export function settled(path: string): string {
  if (!path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
