import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { expect, test } from 'vitest';

/** Path prefix → what files there may import; the first that fits counts. */
const allowed: Readonly<Record<string, RegExp>> = {
  'checks/_lib/': /^(checks\/_lib\/|src\/check\.ts$|src\/facts\/|src\/model\/)/,
  'checks/': /^(checks\/_lib\/|src\/check\.ts$|src\/facts\/|src\/model\/)/,
  'src/model/': /^src\/model\//,
  'src/limits.ts': /^$/,
  'src/guard.ts': /^node:vm$/,
  'src/source.ts': /^src\/model\//,
  'src/lang/':
    /^(src\/(lang|model)\/|src\/(source|limits)\.ts$|(js-yaml|nginx-conf(\/.*)?|unbash|jsonc-parser)$)/,
  'src/graph.ts': /^src\/(model\/|source\.ts$)/,
  'src/facts/': /^(src\/(facts|model)\/|src\/(graph|source)\.ts$|(semver(\/.*)?|ipaddr\.js|node:crypto)$)/,
  'src/check.ts': /^src\/(model\/|graph\.ts$|facts\/)/,
  'src/finding.ts': /^src\/(model\/|facts\/|check\.ts$|source\.ts$)/,
  'src/load/': /^(src\/(load|lang|facts|model)\/|src\/(source|limits|graph)\.ts$|node:crypto$)/,
  'src/engine.ts': /^src\/(model\/|(check|graph|guard)\.ts$)/,
  'src/report/':
    /^(src\/(report|model|facts)\/|src\/policy\/compliance\.ts$|src\/(finding|check|source|graph|audit)\.ts$|node:util$|node:crypto$)/,
  'src/judge.ts': /^src\/(policy\/|(audit|finding|pass)\.ts$)/,
  'src/pass.ts': /^src\/(policy\/policy|audit|finding)\.ts$/,
  'src/policy/': /^(src\/(policy|model|lang)\/|src\/(finding|check|pass)\.ts$|ajv)/,
  'src/collect/':
    /^(src\/(collect|model)\/|src\/(source|limits|audit)\.ts$|node:(fs|path|zlib|child_process|url|buffer)$|modern-tar$|ignore$|@aws-sdk\/)/,
  'src/cli/': /./,
  'src/': /^(src\/|node:crypto$)/,
};

/** Only these may touch the outside world. */
const rim = /^src\/(collect|cli)\//;
const outside = /^node:(fs|net|http|https|tls|dns|child_process|worker_threads|process)(\/|$)|^@aws-sdk\//;

const files = ['src', 'checks'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
    .map((name) => `${root}/${name}`),
);

test.each(files)('%s imports only what its layer may', (file) => {
  const imports = importsOf(file);
  const rule = Object.entries(allowed).find(([prefix]) => file.startsWith(prefix))?.[1];
  expect(imports.filter((target) => !rule?.test(target))).toEqual([]);
  if (!rim.test(file)) expect(imports.filter((target) => outside.test(target))).toEqual([]);
});

test('no loader imports another', () => {
  const crossing = files
    .filter((file) => /^src\/load\/[^/]+\//.test(file))
    .flatMap((file) =>
      importsOf(file)
        .filter(
          (target) =>
            /^src\/load\/[^/]+\//.test(target) && dirname(target).split('/')[2] !== file.split('/')[2],
        )
        .map((target) => `${file} → ${target}`),
    );
  expect(crossing).toEqual([]);
});

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(?<![\w'-])(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, target = '']) => (target.startsWith('.') ? join(dirname(file), target) : target),
  );
}
