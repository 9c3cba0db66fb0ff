import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/audit.ts';
import { type MemoryFile, memory } from '../../src/collect/memory.ts';
import { loaders } from '../../src/load/index.ts';
import { type CheckRecord, type Document, documentOf } from '../../src/report/document.ts';
import { json } from '../../src/report/json.ts';
import { lineHashes } from '../../src/report/line-hash.ts';
import { sarif } from '../../src/report/sarif.ts';
import { text } from '../../src/report/text.ts';
import { allChecks } from '../examples.ts';

const checks = await allChecks();
const records = new Map<string, CheckRecord>(
  [...checks].map(([id, { title, risk, tier, severity, doc }]) => {
    return [id, JSON.parse(JSON.stringify({ title, risk, tier, severity, ...doc }))];
  }),
);

const secret = 'whsec_k2Vd8GQm41xTz7NpLr0yB3Wc';
const tree: readonly MemoryFile[] = [
  { uri: 'Dockerfile', text: `FROM node:20\nENV STRIPE_API_KEY=${secret}\nRUN chmod -R 777 /srv\n` },
  { uri: 'a b/Dockerfile', text: 'FROM debian:12\nRUN sudo chmod 777 /x # \u001b[31mred\u202e\n' },
  { uri: 'aws/s3/site/get-bucket-versioning.json', text: '{"Status":"Suspended"}' },
  { uri: 'compose.yaml', error: 'permission denied' },
];

async function document(files = tree): Promise<Document> {
  const run = await audit({
    collector: memory('test', files),
    loaders,
    checks: async () => checks,
    data: { open: () => undefined },
    now: Date.parse('2026-06-01'),
  });
  return documentOf(run, {
    version: '1.2.3',
    startedAt: '2026-06-01T00:00:00.000Z',
    finishedAt: '2026-06-01T00:00:01.000Z',
    root: '.',
    targets: ['.'],
    policy: { name: 'recommended', hash: '' },
    declared: [],
    exit: { code: 1, reasons: ['1 finding at high or above'] },
    docs: records,
    lineHashes: true,
  });
}

const render = (chunks: Iterable<string>): string => [...chunks].join('');

describe('JSON', () => {
  test('fits its schema', async () => {
    const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync('src/report/report.schema.json', 'utf8')));
    const report = JSON.parse(render(json(await document())));
    validate(report);
    expect(validate.errors ?? []).toEqual([]);
    expect(report.findings.length).toBeGreaterThan(3);
    expect(report.problems).toMatchObject([{ subject: 'compose.yaml', message: 'permission denied' }]);
  });

  test('is right without any finding too', async () => {
    const report = JSON.parse(render(json(await document([]))));
    expect(report.findings).toEqual([]);
  });
});

describe('SARIF', () => {
  test('fits the schema of the standard', async () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync('test/schemas/sarif-2.1.0.json', 'utf8')));
    validate(JSON.parse(render(sarif(await document()))));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('has what code scanning asks for', async () => {
    const found = await document();
    const [run] = JSON.parse(render(sarif(found))).runs;
    const failed = [...found.findings].filter(({ state }) => state === 'fail');
    expect(run.results).toHaveLength(failed.length);
    for (const { locations, partialFingerprints, ruleIndex, ruleId, message } of run.results) {
      expect(locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]+:\d+$/);
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(message.text).not.toBe('');
    }
    for (const rule of run.tool.driver.rules) {
      expect([rule.shortDescription.text, rule.fullDescription.text, rule.help.text].every(Boolean)).toBe(
        true,
      );
    }
    const uris = run.results.map(
      (result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        result.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(uris).toContain('a%20b/Dockerfile');
  });
});

describe('all formats', () => {
  test('count the same, and show neither secrets nor control characters', async () => {
    const found = await document();
    const failed = [...found.findings].filter(({ state }) => state === 'fail').length;
    const plain = render(text(found, { color: false, width: 100, show: 'info', detail: 2 }));
    const outputs = [render(json(found)), render(sarif(found)), plain];
    for (const output of outputs) {
      expect(output).not.toContain(secret);
      expect(output).not.toContain(secret.slice(6));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
      expect(output).not.toMatch(/[\u0000-\u0008\u001b\u202e]|\\u001b|\\u202e/);
    }
    expect(
      JSON.parse(outputs[0] ?? '').findings.filter(({ state }: { state: string }) => state === 'fail'),
    ).toHaveLength(failed);
    expect(JSON.parse(outputs[1] ?? '').runs[0].results).toHaveLength(failed);
    expect(plain.match(/^\S.*(CRITICAL|HIGH|MEDIUM|LOW|INFO)/gm)).toHaveLength(failed);
  });
});

describe("GitHub's line hash", () => {
  test('is that of the published algorithm', () => {
    // From the examples that the algorithm's authors test with.
    expect(lineHashes('')).toEqual(['c129715d7a2bc9a3:1']);
    expect(lineHashes(' a\nb\n  \t\tc\n d')).toEqual([
      '271789c17abda88f:1',
      '54703d4cd895b18:1',
      '180aee12dab6264:1',
      'a23a3dc5e078b07b:1',
    ]);
    expect(lineHashes('x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n')).toEqual([
      'e54938cc54b302f1:1',
      'bb609acbe9138d60:1',
      '1131fd5871777f34:1',
      '5c482a0f8b35ea28:1',
      '54517377da7028d2:1',
      '2c644846cb18d53e:1',
      'f1b89f20de0d133:1',
      'c129715d7a2bc9a3:1',
    ]);
  });
});

describe('long lines', () => {
  const wide = 80;
  const head = `FROM debian:12\nRUN ${'true; '.repeat(60)}`;

  test.each([
    ['near the beginning', `FROM debian:12\nRUN chmod 777 /srv ${'&& true '.repeat(60)}\n`],
    ['far to the right', `${head}chmod 777 /srv\n`],
    ['in the middle', `${head}chmod 777 /srv ${'; true'.repeat(60)}\n`],
  ])('show the marked place %s', async (_, dockerfile) => {
    const found = await document([{ uri: 'Dockerfile', text: dockerfile }]);
    const options = { color: false, width: wide, show: 'info', detail: 1 } as const;
    const blocks = render(text(found, options)).split('\n\n');
    const lines = blocks.find((block) => block.includes('docker/chmod-777'))?.split('\n') ?? [];
    const caret = lines.findIndex((line) => /│ +\^+$/.test(line));
    const row = lines[caret] ?? '';
    expect(lines[caret - 1]?.slice(row.indexOf('^'), row.lastIndexOf('^') + 1)).toBe('777');
    for (const line of lines.filter((one) => one.includes('│')))
      expect(line.length).toBeLessThanOrEqual(wide);
  });
});
