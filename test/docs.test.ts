import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

test('the pages of the checks are what `npm run docs` writes', () => {
  const { stdout, stderr, status } = spawnSync('node', ['scripts/render-docs.mjs', '--check'], {
    encoding: 'utf8',
  });
  expect(stdout + stderr).toBe('');
  expect(status).toBe(0);
});

test('links between them lead somewhere', () => {
  const pages = readdirSync('docs/checks', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  expect(pages.length).toBeGreaterThan(100);
  const index = readFileSync('docs/checks/README.md', 'utf8');
  const targets = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
  expect(targets.filter((target) => !existsSync(join('docs/checks', target)))).toEqual([]);
  const unlinked = pages.filter((name) => name !== 'README.md' && !targets.includes(name));
  expect(unlinked).toEqual([]);
  expect(new Set(pages.map((name) => dirname(name))).size).toBeGreaterThan(8);
});
