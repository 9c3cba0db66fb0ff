import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes away with the tests, with these files in it. */
export function tree(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'hardpan-test-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Builds the program apart from `dist`, so that no test runs one that is being replaced. */
export function buildProgram(): string {
  const folder = join(process.cwd(), 'node_modules', '.cache', 'hardpan', `program-${process.pid}`);
  folders.push(folder);
  execFileSync('node', ['scripts/build.mjs', '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return join(folder, 'hardpan.cjs');
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built program as a user does. */
export function runProgram(
  program: string,
  words: readonly string[],
  options: {
    readonly cwd?: string;
    readonly input?: string | Buffer;
    readonly uid?: number;
    readonly env?: Record<string, string>;
  } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync('node', [program, ...words], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
    ...options,
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...options.env },
  });
  return { code: status, out: stdout, err: stderr };
}

/** The findings of a JSON report, as `check@file:line`. */
export function findingsIn(out: string): readonly string[] {
  const report = JSON.parse(out) as {
    findings: { check: string; state: string; location: { file: string; line: number } }[];
  };
  return report.findings
    .filter(({ state }) => state === 'fail')
    .map(({ check, location }) => `${check}@${location.file}:${location.line}`);
}

/** An nginx.conf that takes seconds to analyse. */
export function slowSite(): string {
  const location = (index: number) => `location /a${index}/ { proxy_pass http://10.0.0.1/$arg_x; }\n`;
  const locations = Array.from({ length: 20 }, (_, index) => location(index)).join('');
  const servers = Array.from(
    { length: 4000 },
    (_, index) => `server { server_name h${index}; ${locations} }\n`,
  );
  return `events {}\nhttp { ${servers.join('')} }\n`;
}
