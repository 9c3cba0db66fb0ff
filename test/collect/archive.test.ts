import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { archive } from '../../src/collect/archive.ts';
import { directory } from '../../src/collect/directory.ts';
import { limits } from '../../src/limits.ts';
import type { Collector } from '../../src/source.ts';
import { tree } from '../program.ts';

const deep = `${'a'.repeat(70)}/${'b'.repeat(70)}`;

function sampleTree(): string {
  const folder = tree({
    Dockerfile: 'FROM debian:12\n',
    'empty.conf': '',
    [`${deep}/compose.yaml`]: 'services: {}\n',
    'node_modules/x/Dockerfile': 'FROM scratch\n',
    'php/composer.json': '{}',
    'php/vendor/x/Dockerfile': 'FROM scratch\n',
    'left/out.conf': 'x\n',
    '.hardpanignore': 'left/\n',
  });
  mkdirSync(join(folder, 'links'));
  symlinkSync('../Dockerfile', join(folder, 'links/Dockerfile'));
  symlinkSync('nowhere', join(folder, 'links/compose.yaml'));
  symlinkSync('loop', join(folder, 'links/loop'));
  symlinkSync('../left', join(folder, 'links/folder'));
  return folder;
}

/** What a collector finds, and what reading each entry gives. */
async function contents(collector: Collector): Promise<unknown> {
  const { listing, skipped } = await collector.list();
  const found = listing.entries.map((entry) => {
    const source = collector.read(entry, 'text');
    return 'error' in source ? { uri: entry.uri, error: source.error } : source;
  });
  const texts = found.map((one) => ('text' in one ? { uri: one.uri, text: one.text, link: one.link } : one));
  return { texts: texts.sort(byUri), skipped: skipped.map(({ path, why }) => `${path} ${why}`).sort() };
}

const byUri = (a: { uri: string }, b: { uri: string }): number => (a.uri < b.uri ? -1 : 1);

describe('an archive', () => {
  test.each(['gnu', 'ustar', 'pax'])(
    'in the format %s is seen as the folder that it was made of',
    async (format) => {
      const folder = sampleTree();
      const file = join(tree(), 'tree.tgz');
      spawnSync('tar', ['-C', folder, `--format=${format}`, '-czf', file, '.']);
      const options = { workingDirectory: folder, root: folder, treeConfig: true };
      const unpacked = await contents(directory(folder, options));
      expect(await contents(await archive(file, { treeConfig: true }))).toEqual(unpacked);
      expect(JSON.stringify(unpacked)).toContain('goes round in a circle');
    },
  );

  test('a target outside leads nowhere', async () => {
    const folder = tree();
    symlinkSync('../../etc/passwd', join(folder, 'Dockerfile'));
    symlinkSync('/etc/passwd', join(folder, 'compose.yaml'));
    const file = join(tree(), 'tree.tar');
    spawnSync('tar', ['-C', folder, '-cf', file, '.']);
    expect(await contents(await archive(file, { treeConfig: true }))).toMatchObject({
      texts: [
        { uri: 'Dockerfile', error: 'symbolic link to ../../etc/passwd leaves the scanned tree' },
        { uri: 'compose.yaml', error: 'symbolic link to /etc/passwd leads nowhere' },
      ],
    });
  });

  test.each<[string, (whole: Buffer) => Buffer]>([
    ['no archive', () => Buffer.from('FROM debian:12\n'.repeat(100))],
    ['cut off', (whole) => whole.subarray(0, 700)],
    ['cut off and packed', (whole) => gzipSync(whole).subarray(0, 60)],
    [
      'damaged',
      (whole) => Buffer.concat([whole.subarray(0, 1024), Buffer.alloc(512, 7), whole.subarray(1536)]),
    ],
  ])('that is %s is refused', async (_, broken) => {
    const folder = tree({ Dockerfile: 'FROM debian:12\n', 'compose.yaml': 'services: {}\n' });
    const file = join(tree(), 'tree.tar');
    spawnSync('tar', ['-C', folder, '-cf', file, 'Dockerfile', 'compose.yaml']);
    writeFileSync(file, broken(readFileSync(file)));
    await expect(archive(file, { treeConfig: true })).rejects.toThrow();
  });

  test('with too many entries is refused', async () => {
    const folder = tree({ a: '', b: '', c: '' });
    const file = join(tree(), 'tree.tar');
    spawnSync('tar', ['-C', folder, '-cf', file, '.']);
    const few = { ...limits, archiveEntries: 2 };
    await expect(archive(file, { treeConfig: true, limits: few })).rejects.toThrow('has more than 2 entries');
  });
});
