import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Check } from '../../src/check.ts';
import { locationFor } from '../../src/facts/nginx-graph.ts';
import { auditExample } from '../examples.ts';
import { answerTo, freePort, hasNginx, temporaryPaths, withNginx } from '../live-nginx.ts';

/** Which location answers for a path: nginx itself is asked, with generated sets of locations. */
const isThere = hasNginx();
const folder = mkdtempSync(join(tmpdir(), 'hardpan-locations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = ['a', 'b', 'ab', '.git', 'x.php', 'admin', 'a.b'];
const expressions = [
  '\\.php$',
  '/\\.',
  '^/a',
  '^/a/(b|ab)',
  '\\.(git|env)',
  '^/[ab]+$',
  '(?i)ADMIN',
  'b/?$',
  '^/(?!a)',
  'a{2}|x\\.',
  '[^a]$',
];

describe.skipIf(!isThere)('the location that answers', () => {
  test('is the one that nginx takes', async () => {
    let asked = 0;
    const differ: unknown[] = [];
    for (let seed = 1; seed <= 80; seed += 1) {
      const { body, paths } = generated(seed);
      const { graph } = await auditExample(
        { 'nginx.conf': `events {} http { server { ${body} } }` },
        new Map<string, Check>(),
      );
      const [server] = graph.all('nginx.server').items;
      const home = mkdtempSync(join(folder, 'run-'));
      const port = await freePort();
      const main = `events {} http { access_log off; ${temporaryPaths(home)} server { listen 127.0.0.1:${port}; ${body} } }`;
      writeFileSync(join(home, 'nginx.conf'), main);
      await withNginx(home, port, async () => {
        for (const path of paths) {
          const theirs = /^HTTP\/1\.1 (\d+)/.exec(await answerTo(path, port))?.[1];
          const ours = server ? statusOf(locationFor(path, server, graph)) : undefined;
          asked += 1;
          if (ours !== theirs) differ.push({ path, theirs, ours, body });
        }
      });
    }
    expect(differ).toEqual([]);
    expect(asked).toBeGreaterThan(200);
  }, 120_000);
});

/** The last word of its `try_files`; without a location there is no such file. */
function statusOf(place: ReturnType<typeof locationFor>): string | undefined {
  if (!place) return '404';
  return place.tryFiles.state === 'unknown' ? undefined : place.tryFiles.value?.at(-1)?.slice(1);
}

/** A set of locations, each of which answers with a status of its own, and paths to ask for. */
function generated(seed: number): { readonly body: string; readonly paths: readonly string[] } {
  let state = seed * 7919 + 3;
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const pick = (from: readonly string[]): string => from[random(from.length)] ?? '';
  const path = (parts: number): string =>
    `/${Array.from({ length: parts }, () => pick(names)).join('/')}${parts > 0 && random(3) === 0 ? '/' : ''}`;
  let made = 0;
  const location = (outer: string | null): string => {
    const status = 410 + made;
    made += 1;
    const isExpression = random(2) === 0;
    const under = `${outer ?? ''}${path(random(3))}`.replace(/\/+/g, '/');
    const modifier = isExpression ? pick(['~', '~*']) : pick(['', '', '^~', '=']);
    const head = isExpression ? `${modifier} "${pick(expressions)}"` : `${modifier} ${under}`;
    const canNest = outer === null && modifier !== '=' && random(2) === 0;
    const inner = canNest ? [location(isExpression ? '' : under), location(isExpression ? '' : under)] : [];
    return `location ${head} { ${inner.join(' ')} try_files /none =${status}; }`;
  };
  const body = Array.from({ length: 2 + random(4) }, () => location(null)).join('\n');
  return { body, paths: Array.from({ length: 20 }, () => path(1 + random(3))) };
}
