import { expect, test } from 'vitest';
import { pem } from '../../src/load/pem/pem.ts';
import { known } from '../../src/model/value.ts';
import { listing } from '../../src/source.ts';

function model(text: string) {
  const source = { uri: 'a.key', size: text.length, mode: 0o600, text };
  const parsed = pem.parse(source);
  if (!parsed) return undefined;
  const { resources } = pem.model({
    parsed: new Map([[source.uri, { ...parsed, source }]]),
    listing: listing([source]),
    failures: [],
    placements: [],
    reference: { get: () => undefined },
    now: 0,
    variables: {},
  } as unknown as Parameters<typeof pem.model>[0]);
  return { parsed, keys: resources.filter((one) => one.kind === 'private_key') };
}

test.each<[string, string, boolean, string]>([
  ['PRIVATE KEY', 'MC4C', false, ''],
  ['RSA PRIVATE KEY', 'MIIB', false, 'RSA'],
  ['RSA PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIB', true, 'RSA'],
  ['ENCRYPTED PRIVATE KEY', 'MIIB', true, 'ENCRYPTED'],
  ['OPENSSH PRIVATE KEY', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ', false, 'OPENSSH'],
  ['OPENSSH PRIVATE KEY', 'b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHI', true, 'OPENSSH'],
])('%s %s', (label, body, encrypted, format) => {
  const text = `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
  const made = model(text);
  const [key] = made?.keys ?? [];
  expect(key && [known(key.encrypted), key.format]).toEqual([encrypted, format]);
  expect(made?.parsed.secrets?.map(({ start, end }) => text.slice(start, end).trim())).toEqual([body]);
});

test('a key that is cut off is a key, and its text a secret', () => {
  const text = '-----BEGIN PRIVATE KEY-----\nMC4C';
  const made = model(text);
  expect(made?.keys.length).toBe(1);
  expect(made?.parsed.secrets).toEqual([{ start: 27, end: text.length }]);
});

test('a certificate that cannot be read is a fault', () => {
  const made = model('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
  expect(made?.parsed.diagnostics?.map(({ code }) => code)).toEqual(['bad-certificate']);
});

test('another file is none of ours', () => {
  expect(model('just text')).toBeUndefined();
  expect(model('-----BEGIN PUBLIC KEY-----\nMC4C\n-----END PUBLIC KEY-----\n')).toBeUndefined();
});

test('a megabyte of openers is read in one go', () => {
  expect(model('-----BEGIN PRIVATE KEY-----'.repeat(40_000))?.keys.length).toBe(1);
});
