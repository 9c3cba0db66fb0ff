// Builds the program: index of checks, their texts, the bundle, the data beside it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'acorn';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build, transform } from 'esbuild';
import { everyCheck } from './checks.mjs';
import { billOf, bundledPackages, noticesOf } from './notices.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
/** `--out DIR` builds elsewhere: tests do, so that they never run a program that is being replaced. */
const out = process.argv[2] === '--out' ? process.argv[3] : 'dist';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Members of a check that only people and tests read; the bundle leaves them out. */
const texts = [
  'why',
  'remedy',
  'references',
  'compliance',
  'equivalents',
  'was',
  'fixes',
  'bad',
  'good',
  'unsure',
];

const { checks } = await everyCheck();
writeIndex(checks);
writePolicyValidator();
rmSync(out, { recursive: true, force: true });
const packages = bundledPackages(...(await bundle()), await writeReportValidator());
writeFileSync(`${out}/THIRD-PARTY-NOTICES.txt`, noticesOf(packages));
writeFileSync(`${out}/sbom.cdx.json`, `${JSON.stringify(billOf(version, packages), null, 2)}\n`);
writeFileSync(
  `${out}/checks.tsv`,
  [...checks].map(([id, { check }]) => `${id}\t${JSON.stringify(textOf(check))}\n`).join(''),
);
if (existsSync('data/shards')) copyData();
// At paths that others may name: `hardpan/schemas/report.json`.
cpSync('src/report/report.schema.json', `${out}/schemas/report.json`);
cpSync('policies/schema.json', `${out}/schemas/policy.json`);
cpSync('ci', `${out}/ci`, { recursive: true });
await writePolicies();
writeStart();
storeCompiled();

/** The tables, and beside them what they were made from and the checksums that `db verify` compares. */
function copyData() {
  cpSync('data/shards', `${out}/data`, { recursive: true });
  const names = readdirSync('data/shards', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsv$/.test(name),
  );
  const tables = names.sort().map((name) => {
    const bytes = readFileSync(`data/shards/${name}`);
    const { date } = JSON.parse(/^#\t(.*)$/m.exec(bytes.toString())[1]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [name.replace(/\.tsv$/, ''), { date, bytes: bytes.length, sha256 }];
  });
  const sources = JSON.parse(readFileSync('data/sources/SOURCES.json', 'utf8'));
  const manifest = { tables: Object.fromEntries(tables), sources };
  writeFileSync(`${out}/data/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The executable, with the version in it. */
function writeStart() {
  const file = `${out}/hardpan.cjs`;
  writeFileSync(file, readFileSync('src/cli/start.cjs', 'utf8').replace('HARDPAN_VERSION', version));
  chmodSync(file, 0o755);
}

/**
 * Lets V8 store what it compiled in a run over a sample, functions that were called included. Reading the stored form
 * costs every start, so it holds what most trees need, and what else is met is compiled then.
 */
function storeCompiled() {
  const words = ['scripts/store-compiled.cjs', out, '--fail-on', 'none', 'samples/dev-stack'];
  execFileSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** One module a family, so that a run loads only the checks whose kinds its graph has. */
function writeIndex(all) {
  rmSync('src/families', { recursive: true, force: true });
  mkdirSync('src/families', { recursive: true });
  const families = groupBy([...all], ([id]) => id.split('/')[0]);
  for (const [name, members] of families)
    writeFileSync(`src/families/${name}.generated.ts`, familyModule(members));
  writeFileSync(
    'src/families.generated.ts',
    `import type { Check } from './check.ts';
import type { Kind } from './model/resource.ts';

export interface Family {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly ids: readonly string[];
  load(): Promise<Readonly<Record<string, Check>>>;
}

export const families: readonly Family[] = [
${[...families].map(([name, members]) => familyRow(name, members)).join('\n')}
];
`,
  );
}

function familyModule(members) {
  const files = [...new Set(members.map(([, { file }]) => file))];
  const imports = files.map((file, index) => `import c${index} from '../../checks/${file}.ts';`);
  const rows = members.map(([id, { file, key }]) => {
    const name = `c${files.indexOf(file)}`;
    return `  '${id}': ${key === undefined ? name : `${name}['${key}']`},`;
  });
  return `import type { Check } from '../check.ts';
${imports.join('\n')}

export const checks: Readonly<Record<string, Check>> = {
${rows.join('\n')}
};
`;
}

function familyRow(name, members) {
  const quoted = (words) => words.map((word) => `'${word}'`).join(', ');
  const kinds = [...new Set(members.flatMap(([, { check }]) => check.on))].sort();
  return `  {
    name: '${name}',
    kinds: [${quoted(kinds)}],
    ids: [${quoted(members.map(([id]) => id))}],
    load: async () => (await import('./families/${name}.generated.ts')).checks,
  },`;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** What people read about a check. */
function textOf({ title, risk, tier, severity, confidence, params, doc }) {
  const tuning = Object.keys(params).length > 0 ? { params } : {};
  return { title, risk, tier, severity, confidence, ...tuning, ...doc };
}

/** The schema of policies as code: to compile it in every run would take longer than the run. */
function writePolicyValidator() {
  const ajv = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    inlineRefs: false,
    messages: false,
    strict: true,
    verbose: true,
    code: { source: true, esm: true, lines: true },
  });
  const code = standalone.default(ajv, ajv.compile(JSON.parse(readFileSync('policies/schema.json', 'utf8'))));
  // The compiler writes `require` into modules too; the part of ajv that is needed in a run is imported.
  const body = code.replace(/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, 'ucs2length');
  const head = `// @ts-nocheck
import held from 'ajv/dist/runtime/ucs2length.js';
const ucs2length = held.default ?? held;
`;
  if (body.includes('require('))
    throw new Error('the validator of policies needs more of ajv than is imported');
  writeFileSync('src/policy/validate.generated.ts', head + body);
}

/** Policies that come with the program, read with the program's own reader. */
async function writePolicies() {
  const cache = join('node_modules', '.cache', 'hardpan', `written-${process.pid}.mjs`);
  await build({
    entryPoints: ['src/policy/written.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile: cache,
    logLevel: 'warning',
  });
  const { readWritten } = await import(pathToFileURL(join(root, cache)).href);
  rmSync(cache);
  const names = readdirSync('policies').filter((name) => name.endsWith('.yaml'));
  const all = names.map((name) => [
    name.slice(0, -'.yaml'.length),
    readWritten(`policies/${name}`, readFileSync(`policies/${name}`, 'utf8')).data,
  ]);
  writeFileSync(`${out}/policies.json`, JSON.stringify(Object.fromEntries(all)));
}

/** The schema of reports as a program of its own, which only `hardpan report` loads. */
async function writeReportValidator() {
  const ajv = new Ajv({
    strict: true,
    inlineRefs: false,
    code: { source: true },
    formats: { date: true, 'date-time': true },
  });
  const schema = JSON.parse(readFileSync('src/report/report.schema.json', 'utf8'));
  const { metafile } = await build({
    stdin: { contents: standalone.default(ajv, ajv.compile(schema)), resolveDir: root, loader: 'js' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    metafile: true,
    outfile: `${out}/report-validator.cjs`,
    logLevel: 'warning',
  });
  return metafile;
}

async function bundle() {
  const shared = {
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    minify: true,
    legalComments: 'none',
    metafile: true,
    define: { HARDPAN_VERSION: JSON.stringify(version), 'import.meta.url': 'hardpanHere' },
    plugins: [
      { name: 'leave-out-texts', setup: leaveOutTexts },
      { name: 'spare-child-process', setup: spareChildProcess },
    ],
    logLevel: 'warning',
  };
  const program = await build({
    ...shared,
    entryPoints: ['src/cli/program.ts'],
    outfile: `${out}/program.cjs`,
    format: 'cjs',
    banner: { js: "const hardpanHere=require('node:url').pathToFileURL(__filename).href;" },
  });
  const library = await build({
    ...shared,
    entryPoints: ['src/index.ts'],
    outfile: `${out}/index.js`,
    format: 'esm',
    banner: {
      js: "import{createRequire as hardpanRequire}from'node:module';const hardpanHere=import.meta.url,require=hardpanRequire(hardpanHere);",
    },
  });
  return [program.metafile, library.metafile];
}

/**
 * The command-line library loads node:child_process for subcommands that are programs of their own, which this one
 * does not have: loaded on demand, it costs nothing.
 */
function spareChildProcess(plugin) {
  plugin.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
    /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'on-demand' } : undefined,
  );
  plugin.onLoad({ filter: /.*/, namespace: 'on-demand' }, () => ({
    contents: "module.exports = { get spawn() { return require('node:child_process').spawn; } };",
    loader: 'js',
  }));
}

function leaveOutTexts(plugin) {
  plugin.onLoad({ filter: /[\\/]checks[\\/][^_].*\.ts$/ }, async ({ path }) => {
    const { code } = await transform(readFileSync(path, 'utf8'), {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
    });
    return { contents: withoutTexts(code), loader: 'js' };
  });
}

/** The code with the text members of every `defineCheck({…})` cut out. */
function withoutTexts(code) {
  const cuts = [];
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return;
    if (node.type === 'CallExpression' && node.callee.name === 'defineCheck') cut(node.arguments[0]);
    for (const value of Object.values(node)) visit(value);
  };
  const cut = (argument) => {
    if (argument?.type !== 'ObjectExpression') return;
    argument.properties.forEach((property, index) => {
      if (!texts.includes(property.key?.name)) return;
      const next = argument.properties[index + 1];
      cuts.push([property.start, next ? next.start : property.end]);
    });
  };
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }));
  return cuts
    .sort(([a], [b]) => b - a)
    .reduce((text, [start, end]) => text.slice(0, start) + text.slice(end), code);
}
