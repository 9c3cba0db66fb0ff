import { wholeOf } from '../model/location.ts';
import type { Resource } from '../model/resource.ts';
import { type ImageReference, imageName, parseImageReference } from './image-reference.ts';
import { deprecatedImages, nodeCodenames, productImages, systemCodenames } from './image-table.ts';

/** A product in an image, at the version that the tag tells. */
export interface ImageProduct {
  /** Key in the end-of-life table. */
  readonly product: string;
  /** `3.8.10`, a code name such as `bookworm`, or null: the tag moves with the newest release. */
  readonly version: string | null;
}

/** What is in an image by its name and tag: the product it is made for first, then the system below it. */
export function productsOf(text: string): readonly ImageProduct[] {
  const reference = parseImageReference(text);
  if (!reference) return [];
  const name = imageName(reference);
  const parts = tagParts(reference);
  const product = productOf(name, parts);
  const main = product ? [{ product, version: mainVersion(product, parts) }] : byPath(name);
  const known = new Set(main.map((found) => found.product));
  return [...main, ...inner(name, parts, main.length > 0).filter((found) => !known.has(found.product))];
}

/** What to use instead of an image that is no longer maintained under any tag; null for all others. */
export function successorOf(text: string): string | null {
  const reference = parseImageReference(text);
  if (!reference) return null;
  const name = imageName(reference);
  if (name.startsWith('bitnamilegacy/')) return 'an image that still gets updates';
  if (name.startsWith('adoptopenjdk/')) return 'eclipse-temurin';
  return Object.hasOwn(deprecatedImages, name) ? (deprecatedImages[name] ?? null) : null;
}

/** Keys of the reference data that `cyclesOf` wants for these images. */
export function cycleKeys(references: Iterable<string>): readonly string[] {
  const keys = new Set<string>();
  for (const text of references) for (const { product } of productsOf(text)) keys.add(`eol/${product}`);
  return [...keys];
}

/**
 * The release cycles in an image, with their dates. A version that names a whole series (`mysql:5`) means the
 * series' newest release. Products and versions that the data does not have are left out.
 */
export function cyclesOf(
  text: string,
  read: (key: string) => unknown,
  now: number,
): readonly Resource<'product.cycle'>[] {
  return productsOf(text).flatMap(({ product, version }) => {
    const found = version === null ? undefined : cycleOf(product, version, read(`eol/${product}`), now);
    return found ? [found] : [];
  });
}

/** One product's cycle that holds a version, as a resource; undefined when the data has none. */
export function cycleOf(
  product: string,
  version: string,
  slice: unknown,
  now: number,
): Resource<'product.cycle'> | undefined {
  if (!isSlice(slice)) return undefined;
  const today = new Date(now).toISOString().slice(0, 10);
  const released = slice.r.filter(({ d }) => typeof d !== 'string' || d <= today);
  const row = matching(released, version.toLowerCase());
  if (!row) return undefined;
  return {
    kind: 'product.cycle',
    id: `product.cycle:${product} ${row.c}`,
    name: `${slice.n} ${row.c}`,
    at: wholeOf(''),
    product,
    label: slice.n,
    cycle: row.c,
    part: partOf(slice.c),
    endOfLife: row.e ?? false,
    endOfExtendedSupport: row.x ?? null,
    newest: released.find(({ e }) => e === false || (typeof e === 'string' && e > today))?.c ?? null,
  };
}

interface Slice {
  readonly n: string;
  readonly c: string;
  readonly r: readonly Row[];
}

interface Row {
  readonly c: string;
  readonly cn?: string;
  readonly d?: string;
  readonly e?: string | boolean;
  readonly x?: string | boolean;
}

function isSlice(slice: unknown): slice is Slice {
  return typeof slice === 'object' && slice !== null && 'r' in slice && Array.isArray(slice.r);
}

function partOf(category: string): 'application' | 'operating-system' | 'runtime' {
  if (category === 'os') return 'operating-system';
  return category === 'lang' || category === 'framework' ? 'runtime' : 'application';
}

/** Longest cycle that is a prefix by whole numbers; else the newest of those that the version is a prefix of. */
function matching(rows: readonly Row[], version: string): Row | undefined {
  if (!/\d/.test(version)) {
    return rows.find(({ cn }) => cn?.toLowerCase().split(' ')[0] === version);
  }
  for (let head = version; head !== ''; head = head.slice(0, Math.max(head.lastIndexOf('.'), 0))) {
    const row = rows.find(({ c }) => c === head);
    if (row) return row;
  }
  return rows.find(({ c }) => c.startsWith(`${version}.`));
}

function tagParts({ tag, digest }: ImageReference): readonly string[] {
  if (tag === null) return digest === null ? ['latest'] : [];
  return tag.toLowerCase().split('-');
}

function productOf(name: string, parts: readonly string[]): string | undefined {
  if (name === 'sonarqube' && parts.some((part) => /^(developer|enterprise|datacenter)$/.test(part)))
    return 'sonarqube-server';
  if (name === 'centos' && /^stream\d/.test(parts[0] ?? '')) return 'centos-stream';
  if (name === 'quay.io/centos/centos') return 'centos-stream';
  if (/^(timescale\/timescaledb|timescale\/timescaledb-ha|pgvector\/pgvector)$/.test(name))
    return 'postgresql';
  return productByImage().get(name.replace(/^bitnamilegacy\//, 'bitnami/'));
}

let byImage: ReadonlyMap<string, string> | undefined;

function productByImage(): ReadonlyMap<string, string> {
  byImage ??= new Map(
    Object.entries(productImages).flatMap(([product, images]) =>
      images.split(' ').map((image) => [image, product] as const),
    ),
  );
  return byImage;
}

/** The version that stands first in the tag; null when the tag only names a moving target. */
function mainVersion(product: string, parts: readonly string[]): string | null {
  const [first = ''] = parts;
  if (product === 'postgresql') {
    const named = parts.find((part) => /^pg\d+/.test(part));
    if (named) return named.slice(2);
  }
  if (product === 'nodejs' && Object.hasOwn(nodeCodenames, first)) return nodeCodenames[first] ?? null;
  if (Object.hasOwn(systemCodenames, product)) {
    const codename = parts.find((part) => isCodename(product, part));
    if (codename) return codename;
  }
  if (product === 'amazon-linux' && first === '1') return '2018.03';
  const number = /^(?:v|centos|stream|ltsc)?(\d+h\d|\d+(?:\.\d+)*)/.exec(first)?.[1];
  if (number === undefined) return null;
  if (product.startsWith('windows-')) return windowsLongTerm[number] ?? number;
  // .NET writes `6.0` where its cycle is `6`, but `3.1` in full.
  return product === 'dotnet' ? number.replace(/^([5-9]|\d\d+)\..*/, '$1') : number;
}

/** Under these tags stand the images of the long-term release of the same build. */
const windowsLongTerm: Readonly<Record<string, string>> = { '1607': '2016', '1809': '2019' };

function isCodename(system: string, word: string): boolean {
  return (systemCodenames[system] ?? '').split(' ').includes(word);
}

/** Some carry their versions in the path: `ubi8/nodejs-18`, `distroless/nodejs18-debian11`. */
function byPath(name: string): readonly ImageProduct[] {
  const [, node, debian] = /^gcr\.io\/distroless\/(?:nodejs(\d+)|[a-z-]+\d*)-debian(\d+)$/.exec(name) ?? [];
  if (debian !== undefined) {
    const system = { product: 'debian', version: debian };
    return node === undefined ? [system] : [{ product: 'nodejs', version: node }, system];
  }
  const version = /^registry\.(?:access\.)?redhat\.com\/ubi(\d+)(?=[/-]|$)/.exec(name)?.[1];
  return version === undefined ? [] : [{ product: 'rhel', version }];
}

/** Products below the main one that the tag names: `bullseye`, `alpine3.18`, `php8.0`, `ubi8`. */
function inner(name: string, parts: readonly string[], familiar: boolean): readonly ImageProduct[] {
  // In a stranger's tag a lone word may be the name of a branch.
  const rest = familiar || name.startsWith('mcr.microsoft.com/') ? parts : parts.slice(1);
  return rest.flatMap((part, index) => {
    const found = system(part, rest[index + 1] ?? '');
    if (found) return [found];
    const php = familiar ? /^php(\d\.\d)/.exec(part)?.[1] : undefined;
    return php === undefined ? [] : [{ product: 'php', version: php }];
  });
}

function system(part: string, next: string): ImageProduct | undefined {
  for (const product of Object.keys(systemCodenames))
    if (isCodename(product, part)) return { product, version: part };
  const alpine =
    /^alpine(\d+\.\d+)/.exec(part)?.[1] ?? (part === 'alpine' ? /^3\.\d+/.exec(next)?.[0] : null);
  if (alpine) return { product: 'alpine-linux', version: alpine };
  if (part === 'debian' && /^\d{1,2}$/.test(next)) return { product: 'debian', version: next };
  const universal = /^ubi(\d+)$/.exec(part)?.[1];
  return universal === undefined ? undefined : { product: 'rhel', version: universal };
}
