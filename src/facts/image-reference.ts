/** A container image as it is named: `[registry/]path[:tag][@digest]`. */
export interface ImageReference {
  /** `docker.io` when none is written. */
  readonly registry: string;
  /** With `library/` in front of the official images of Docker Hub. */
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Null for text that cannot be a reference: empty, with blanks, with an unresolved variable. */
export function parseImageReference(text: string): ImageReference | null {
  if (!/^[\w.:/@-]+$/.test(text) || text.startsWith('/') || text.startsWith(':')) return null;
  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) || null : null;
  const parts = (hasTag ? named.slice(0, colon) : named).split('/');
  const [first = ''] = parts;
  const hasRegistry = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? (parts.shift() ?? '') : 'docker.io';
  if (parts.includes('')) return null;
  const home = hub.has(registry) ? 'docker.io' : registry;
  if (home === 'docker.io' && parts.length === 1) parts.unshift('library');
  return { registry: home, path: parts.join('/'), tag, digest };
}

/**
 * One name per image, wherever it is pulled from: `node` for the official one and its mirrors, `bitnami/redis` for
 * others on Docker Hub, `quay.io/keycloak/keycloak` for the rest. A private registry's `node` stays its own.
 */
export function imageName({ registry, path }: ImageReference): string {
  if (registry === 'docker.io') return path.replace(official, '');
  if (registry === 'mirror.gcr.io') return path.replace(/^library\//, '');
  if (registry === 'public.ecr.aws' && path.startsWith('docker/library/')) return path.slice(15);
  if (registry === 'docker.elastic.co') return path.slice(path.lastIndexOf('/') + 1).replace(/-oss$/, '');
  return `${registry}/${path}`;
}

/** The official images, also under the names that each architecture's builds have. */
const official = /^(library|amd64|arm32v[567]|arm64v8|i386|mips64le|ppc64le|riscv64|s390x)\//;

const hub = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);
