import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, runProgram } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

const start = '<!-- output:start (written by test/readme.test.ts) -->\n';
const end = '<!-- output:end -->';

/** The first finding and the verdict of the command above it, as the program prints them. */
test("the README's output is real", () => {
  const { out, code } = runProgram(program, ['--now', '2026-06-01', 'samples/web-shop'], {
    cwd: process.cwd(),
  });
  expect(code).toBe(1);
  const blocks = out.trimEnd().split('\n\n');
  const shown = blocks.find((block) => block.includes('nginx/alias-traversal')) ?? '';
  const block = `${start}\n\`\`\`\n${shown}\n\n…\n\n${blocks.at(-1)}\n\`\`\`\n\n`;
  const readme = readFileSync('README.md', 'utf8');
  const inReadme = readme.slice(readme.indexOf(start), readme.indexOf(end));
  if (process.env['HARDPAN_UPDATE_SAMPLES'])
    writeFileSync(
      'README.md',
      readme.replace(inReadme, () => block),
    );
  else expect(inReadme).toBe(block);
});
