// Prints how fast hardpan is, as ratios within this run. Bounds are printed beside them, and not asserted: a
// machine that is busy must not fail a build.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { generateTree, lockedProject, nginxSite } from './generate.mjs';
import { realisticCompose, realisticDockerfile } from './realistic.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const program = join(here, '..', 'dist', 'hardpan.cjs');
const smoke = process.argv.includes('--smoke');
const full = process.argv.includes('--full');
const work = mkdtempSync(join(tmpdir(), 'hardpan-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const runs = smoke ? 1 : 9;
const rows = [];
const row = (what, found, bound) => {
  rows.push([what, found, bound]);
  process.stdout.write(`${what.padEnd(58)} ${found.padEnd(26)} ${bound}\n`);
};

process.stdout.write(`Node ${process.version}, ${runs} runs each, medians\n\n`);
startUp();
sizes();
await parsing();
vhosts();
locks();

function startUp() {
  const bare = measure(['-e', '0']);
  const version = measure([program, '--version']);
  row('--version / node -e 0 (cpu)', ratio(version.cpu, bare.cpu), '<= 1.35');
  const small = join(work, 'small');
  generateTree(small, 25);
  const scan = measure([program, '--fail-on', 'none', small]);
  row('25 files / node -e 0 (cpu)', ratio(scan.cpu, bare.cpu), process.version < 'v22' ? '<= 2.0' : '<= 1.6');
  const one = measure([program, '--fail-on', 'none', join(small, 'team0/app0/Dockerfile')]);
  row(
    'one file (wall, node -e 0 beside it)',
    `${one.wall.toFixed(0)} ms, ${bare.wall.toFixed(0)} ms`,
    '<= 150 where node takes 40',
  );
}

function sizes() {
  const counts = smoke ? [100, 200] : full ? [1000, 10_000, 100_000] : [1000, 10_000];
  let before;
  for (const count of counts) {
    const folder = join(work, `tree${count}`);
    generateTree(folder, count);
    const { wall, memory } = measure([program, '--fail-on', 'none', '-q', folder], smoke ? 1 : 3);
    const growth = before ? `, ${(wall / before).toFixed(1)} x` : '';
    row(
      `${count} files`,
      `${(wall / 1000).toFixed(2)} s, ${memory.toFixed(0)} MB${growth}`,
      memoryBound(count),
    );
    before = wall;
    rmSync(folder, { recursive: true });
  }
}

function memoryBound(count) {
  if (count >= 100_000) return '<= 11 x, <= 300 MB';
  return count >= 10_000 ? '<= 11 x, <= 120 MB' : '';
}

/** Our parsers beside what they are built on or measured against, in this process. */
async function parsing() {
  const outfile = join(work, 'parsers.mjs');
  await build({
    stdin: {
      contents: `
        export { parseNginx } from './src/lang/nginx.ts';
        export { scanDockerfile } from './src/lang/dockerfile.ts';
        export { parseYaml } from './src/lang/yaml.ts';
        export { NginxParser } from 'nginx-conf';
        export { DockerfileParser } from 'dockerfile-ast';
        export { parseEvents } from 'js-yaml';`,
      resolveDir: join(here, '..'),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    outfile,
    logLevel: 'error',
  });
  const parsers = await import(pathToFileURL(outfile).href);
  const site = `http {\n${nginxSite(1, smoke ? 5 : 100, 20)}}\n`;
  const file = realisticDockerfile();
  const compose = realisticCompose();
  pair(
    'parsing nginx / plain nginx-conf',
    '<= 1.5',
    () => parsers.parseNginx(site),
    () => new parsers.NginxParser().parse(site),
  );
  // The scanner also finds comments, flags and the items of the exec form, so the other side is asked for them too.
  warmPair(
    'dockerfile-ast / parsing Dockerfiles',
    '>= 10',
    () => {
      const parsed = parsers.DockerfileParser.parse(file);
      for (const instruction of parsed.getInstructions()) instruction.getFlags?.();
      return parsed.getComments();
    },
    () => parsers.scanDockerfile(file),
  );
  warmPair(
    'YAML tree / bare parseEvents',
    '<= 1.6',
    () => parsers.parseYaml(compose),
    () => parsers.parseEvents(compose),
  );
}

function pair(what, bound, left, right) {
  const times = { left: [], right: [] };
  for (let round = 0; round < (smoke ? 1 : 30); round += 1) {
    times.left.push(timed(left));
    times.right.push(timed(right));
  }
  row(
    what,
    ratio(median(times.left.slice(smoke ? 0 : 10)), median(times.right.slice(smoke ? 0 : 10))),
    bound,
  );
}

/** Processor time, after both sides have run long enough to be compiled. */
function warmPair(what, bound, left, right) {
  const times = { left: [], right: [] };
  for (const work of [left, right]) cpuOf(work, smoke ? 1 : 2000);
  for (let round = 0; round < (smoke ? 1 : 15); round += 1) {
    times.left.push(cpuOf(left, smoke ? 1 : 60));
    times.right.push(cpuOf(right, smoke ? 1 : 60));
  }
  row(what, ratio(median(times.left), median(times.right)), bound);
}

function cpuOf(work, rounds) {
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function timed(work) {
  const start = performance.now();
  for (let round = 0; round < 5; round += 1) work();
  return performance.now() - start;
}

function vhosts() {
  const wallOf = (servers) => {
    const file = join(work, 'nginx.conf');
    writeFileSync(file, `events {}\nhttp {\n${nginxSite(1, servers, 20)}}\n`);
    return measure([program, '--fail-on', 'none', '-q', file], smoke ? 1 : 3).wall;
  };
  const few = wallOf(smoke ? 5 : 100);
  const many = wallOf(smoke ? 10 : 1000);
  row(
    'nginx, 1,000 servers of 20 locations / 100',
    `${ratio(many, few)} (${(many / 1000).toFixed(2)} s)`,
    '<= 11',
  );
}

/** Processor time of a scan with a lockfile less that without: reading, looking up, and all that is asked about it. */
function locks() {
  const count = smoke ? 20 : 1500;
  const folder = join(work, 'lock');
  generateFiles(folder, { 'package.json': '{ "name": "app", "version": "1.0.0", "private": true }' });
  const without = measure([program, '--fail-on', 'none', '-q', folder]);
  generateFiles(folder, lockedProject(count));
  const with_ = measure([program, '--fail-on', 'none', '-q', folder]);
  const added = `${(with_.cpu - without.cpu).toFixed(0)} ms cpu, ${(with_.wall - without.wall).toFixed(0)} ms`;
  row(`a lockfile of ${count} packages`, added, '<= 50 ms');
}

function generateFiles(folder, files) {
  execFileSync('mkdir', ['-p', folder]);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** Medians of wall milliseconds, processor milliseconds and peak megabytes of a whole Node process. */
function measure(words, count = runs) {
  const out = join(work, 'usage.json');
  const found = [];
  for (let run = 0; run <= count; run += 1) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['--require', join(here, 'cpu.cjs'), ...words], {
      env: { ...process.env, HARDPAN_BENCH_OUT: out },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    const wall = performance.now() - start;
    if (status !== 0 && status !== 3) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
    if (run > 0) found.push({ wall, ...JSON.parse(readFileSync(out, 'utf8')) });
  }
  return {
    wall: median(found.map(({ wall }) => wall)),
    cpu: median(found.map(({ cpu }) => cpu)),
    memory: median(found.map(({ memory }) => memory)),
  };
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function ratio(left, right) {
  return `${(left / right).toFixed(2)} x`;
}
