import { X509Certificate } from 'node:crypto';
import type { Diagnostic } from '../../model/common.ts';
import { wholeOf } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { pathSymbol } from '../../model/symbol.ts';
import { explicit } from '../../model/value.ts';
import { defineLoader, folderOf, isText, type ParsedFile, type Source, type Span } from '../../source.ts';

interface Tree {
  readonly certificates: readonly Placed<Certificate>[];
  readonly keys: readonly Placed<{ readonly format: string; readonly encrypted: boolean }>[];
}

type Placed<T> = T & Span;

interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly validFrom: number;
  readonly validTo: number;
  readonly isAuthority: boolean;
  readonly isSelfSigned: boolean;
  readonly keyType: string;
  readonly keyBits: number | null;
}

/** Certificates of one file that are looked at; a bundle of authorities has hundreds. */
const mostCertificates = 500;

export const pem = defineLoader<Tree>({
  name: 'pem',
  reads: 'bytes',
  kinds: ['certificate', 'private_key'],

  parse(source) {
    const text = textOf(source);
    if (text === undefined) return ofDer(source);
    const certificates: Placed<Certificate>[] = [];
    const keys: Tree['keys'][number][] = [];
    const secrets: Span[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const { label, start, end, body } of blocksOf(text)) {
      const at = { source: source.uri, start, end };
      if (label.endsWith('PRIVATE KEY')) {
        keys.push({ ...keyOf(label, text.slice(start, end)), start, end });
        secrets.push(body);
      } else if (/^(X509 |TRUSTED )?CERTIFICATE$/.test(label) && certificates.length < mostCertificates) {
        const read = certificateOf(
          `-----BEGIN CERTIFICATE-----${text.slice(body.start, body.end)}-----END CERTIFICATE-----\n`,
        );
        if (read) certificates.push({ ...read, start, end });
        else
          diagnostics.push({
            code: 'bad-certificate',
            message: 'This certificate cannot be read',
            severity: 'error',
            at,
          });
      }
    }
    if (certificates.length + keys.length + diagnostics.length === 0) return null;
    return { tree: { certificates, keys }, secrets, diagnostics };
  },

  model({ parsed, listing }) {
    const resources = [...parsed.values()].flatMap((file) =>
      resourcesOf(file, listing.isAside(file.source.uri)),
    );
    return { resources, edges: [] };
  },
});

/** The text of a PEM file; undefined for DER. */
function textOf(source: Source): string | undefined {
  if (isText(source)) return source.text;
  const [first, second] = source.bytes;
  if (first === 0x30 && second !== undefined && second >= 0x80) return undefined;
  return Buffer.from(source.bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

function ofDer(source: Source) {
  const read = isText(source) ? undefined : certificateOf(source.bytes);
  if (!read) return null;
  return { tree: { certificates: [{ ...read, start: 0, end: 0 }], keys: [] } };
}

interface Block extends Span {
  readonly label: string;
  readonly body: Span;
}

/** `-----BEGIN X----- … -----END X-----`; a block that is cut off reaches to the end. */
function* blocksOf(text: string): Generator<Block> {
  const begin = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g;
  for (let found = begin.exec(text); found; found = begin.exec(text)) {
    const label = found[1] ?? '';
    const from = found.index + found[0].length;
    const closer = text.indexOf('-----END', from);
    const body = { start: from, end: closer === -1 ? text.length : closer };
    const line = closer === -1 ? -1 : text.indexOf('-----', closer + 8);
    const end = line === -1 ? body.end : line + 5;
    yield { label, start: found.index, end, body };
    begin.lastIndex = Math.max(end, from);
  }
}

function keyOf(label: string, text: string): { readonly format: string; readonly encrypted: boolean } {
  const format = label.replace(/ ?PRIVATE KEY$/, '');
  // An OpenSSH key says in its first bytes which cipher guards it: "none" for an open one.
  const isOpenKey = /^-----BEGIN OPENSSH[^\n]*\n\s*b3BlbnNzaC1rZXktdjEAAAAABG5vbmU/.test(text);
  const encrypted =
    format === 'OPENSSH' ? !isOpenKey : format === 'ENCRYPTED' || /\bENCRYPTED\b/.test(text.slice(40, 400));
  return { format, encrypted };
}

function certificateOf(content: string | Uint8Array): Certificate | undefined {
  try {
    const read = new X509Certificate(content);
    const { asymmetricKeyType: keyType = 'unknown', asymmetricKeyDetails: details } = read.publicKey;
    return {
      subject: oneLine(read.subject),
      issuer: oneLine(read.issuer),
      names: namesOf(read),
      validFrom: Date.parse(read.validFrom),
      validTo: Date.parse(read.validTo),
      isAuthority: read.ca,
      isSelfSigned: read.subject === read.issuer,
      keyType,
      keyBits: details?.modulusLength ?? null,
    };
  } catch {
    // The caller notes the fault with its place.
    return undefined;
  }
}

function namesOf(read: X509Certificate): readonly string[] {
  const listed = [...(read.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,"\s]+)/g)].map(
    ([, name = '']) => name,
  );
  const common = /(?:^|\n)CN=([^\n]+)/.exec(read.subject)?.[1];
  return listed.length > 0 || common === undefined ? listed : [common];
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function resourcesOf({ source, tree }: ParsedFile<Tree>, isSample: boolean): readonly Resource[] {
  const { uri, mode = null, tracked = null, ignored = null } = source;
  const symbols = [pathSymbol(uri)];
  const at = ({ start, end }: Span) => (end > start ? { source: uri, start, end } : wholeOf(uri));
  const inBundle = isBundle(tree.certificates);
  const certificates = tree.certificates.map(({ start, end, ...rest }, position) => ({
    kind: 'certificate' as const,
    id: `certificate:${uri}${position === 0 ? '' : `#${rest.subject}${ordinal(rest.subject, position)}`}`,
    name: rest.names[0] ?? (rest.subject || uri),
    at: at({ start, end }),
    symbols: position === 0 ? symbols : [],
    position,
    inBundle,
    isSample,
    ...rest,
  }));
  // Of links of one name, which is rare; a place in the bundle would change with every link before it.
  function ordinal(subject: string, position: number): string {
    const equals = tree.certificates.slice(1, position).filter((one) => one.subject === subject).length;
    return equals === 0 ? '' : `~${equals + 1}`;
  }
  const keys = tree.keys.map(({ start, end, format, encrypted }, position) => ({
    kind: 'private_key' as const,
    id: `private_key:${uri}${position === 0 ? '' : `~${position + 1}`}`,
    name: uri.slice(folderOf(uri).length).replace(/^\//, ''),
    at: at({ start, end }),
    symbols: position === 0 ? symbols : [],
    format,
    encrypted: explicit(encrypted, at({ start, end })),
    mode,
    tracked,
    ignored,
    isSample,
  }));
  return [...certificates, ...keys];
}

/** A chain has one root at most, and few links. */
function isBundle(certificates: Tree['certificates']): boolean {
  return certificates.length > 10 || certificates.filter(({ isSelfSigned }) => isSelfSigned).length > 2;
}
