import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Every check by id, with the file it stands in, and what else is exported from modules given in `more` (bundled
 * together, so that all see the same classes).
 */
export async function everyCheck(more = []) {
  const names = readdirSync(join(root, 'checks'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/(^|\/)_/.test(name))
    .sort();
  const cache = join(root, 'node_modules', '.cache', 'hardpan');
  mkdirSync(cache, { recursive: true });
  const outfile = join(cache, `checks-${process.pid}.mjs`);
  const lines = names.map((name, index) => `import c${index} from './checks/${name}';`);
  const list = names.map((name, index) => `[${JSON.stringify(name.slice(0, -3))}, c${index}]`);
  const others = more.map((path) => `export * from '${path}';`);
  await build({
    stdin: {
      contents: [...lines, ...others, `export default [${list.join(',')}];`].join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile,
    logLevel: 'error',
  });
  const { default: pairs, ...exported } = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  return { checks: byId(pairs), exported };
}

function byId(pairs) {
  const found = new Map();
  for (const [name, exported] of pairs) {
    if (typeof exported.run === 'function') found.set(name, { file: name, check: exported });
    else
      for (const [key, check] of Object.entries(exported))
        found.set(`${name.split('/')[0]}/${key}`, { file: name, check, key });
  }
  return found;
}
