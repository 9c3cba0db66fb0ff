import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MemoryFile } from '../../src/collect/memory.ts';
import { fixesOf, outcome } from '../../src/fix/plan.ts';
import { allChecks, auditExample, unpack } from '../examples.ts';
import { hasNginx } from '../live-nginx.ts';
import { tree } from '../program.ts';

describe.skipIf(!hasNginx())('nginx takes what the edits make', () => {
  test('of every bad example and every fix', async () => {
    const fine = new Set<string>();
    const worse: string[] = [];
    for (const { id, files, fixed } of await fixedExamples()) {
      const old = answer(files);
      const fresh = answer(fixed);
      if (old === '') fine.add(id);
      // What it refused before may stay refused for that reason, and for no other.
      if (fresh !== '' && fresh !== old)
        worse.push(`${id}: ${fresh}\n${fixed.map(({ text }) => text).join('\n')}`);
    }
    expect(worse).toEqual([]);
    expect(fine.size).toBeGreaterThan(12);
  }, 120_000);

  async function fixedExamples() {
    const checks = [...(await allChecks())].filter(([id]) => id.startsWith('nginx/'));
    const found: { id: string; files: readonly MemoryFile[]; fixed: readonly MemoryFile[] }[] = [];
    for (const [id, check] of checks) {
      for (const example of check.doc?.bad ?? []) {
        const run = await auditExample(example, new Map([[id, check]]));
        const { files } = unpack(example);
        for (const fix of fixesOf(run.audit.findings)) {
          const texts = new Map(outcome([fix], run).map(({ uri, after }) => [uri, after]));
          const fixed = files.map((file) => ({ ...file, text: texts.get(file.uri) ?? file.text ?? '' }));
          found.push({ id, files, fixed });
        }
      }
    }
    return found;
  }

  /** What nginx objects to; '' when it takes the files. */
  function answer(files: readonly MemoryFile[]): string {
    const home = tree();
    const names = files.map(({ uri }) => uri);
    const main = names.find((name) => name === 'nginx.conf') ?? 'main.conf';
    for (const { uri, text = '' } of files) write(join(home, uri), uri === main ? asMain(text, home) : text);
    if (!names.includes(main)) {
      const loose = names.filter((name) => name.endsWith('.conf') || name.includes('nginx'));
      const includes = loose.map((name) => `include ${home}/${name};`).join(' ');
      const isServer = files.some(({ text }) => /^server\b/.test(text ?? ''));
      write(join(home, main), asMain(`http { ${isServer ? includes : `server { ${includes} }`} }`, home));
    }
    const options = ['-t', '-p', home, '-e', join(home, 'log'), '-c', join(home, main)];
    const { status, stderr } = spawnSync('nginx', options, { encoding: 'utf8' });
    if (status === 0) return '';
    return (/\[emerg\] (.*?)(?: in \/.*)?\n/.exec(stderr)?.[1] ?? stderr).replace(home, '');
  }

  function asMain(text: string, home: string): string {
    const events = /\bevents\b/.test(text) ? '' : 'events {} ';
    // So that nobody needs a certificate.
    const tls = 'ssl_reject_handshake on;';
    const secure = text.replace(/\bhttp \{/, (open) => `${open} ${tls}`);
    return `pid ${home}/pid; ${events}${secure}`;
  }

  function write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
});
