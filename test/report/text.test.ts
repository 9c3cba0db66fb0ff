import { beforeAll, describe, expect, test } from 'vitest';
import { complianceOf, type StandardResult } from '../../src/policy/compliance.ts';
import type { Document } from '../../src/report/document.ts';
import { json } from '../../src/report/json.ts';
import { markdown } from '../../src/report/markdown.ts';
import { text } from '../../src/report/text.ts';
import { documentFor, hostileTree, marks, render } from './hostile.ts';

const plain = { color: false, width: 120, show: 'info', detail: 1 } as const;

let marked: Document;
beforeAll(async () => {
  marked = await documentFor(hostileTree, [marks]);
});

describe('suppressed findings', () => {
  test('are counted, and shown with their reasons only when asked', () => {
    const short = render(text(marked, plain));
    expect(short).not.toContain('The gateway in front does this');
    expect(short).toContain('1 waived (1 expires in 6 days), 1 ignored');
    const long = render(text(marked, { ...plain, detail: 2 }));
    expect(long).toContain('Waived and ignored\n');
    expect(long.replaceAll(/\s+/g, ' ')).toMatch(
      /The gateway in front does this.*\(waiver, @team, until 2026-06-07\)/,
    );
    expect(long).toMatch(/: known \(ignore, .*Dockerfile:\d+\)/);
  });

  test.each([
    ['2026-06-01', '(1 expires today)'],
    ['2026-06-02', '(1 expires in 1 day)'],
    ['2026-07-01', '(1 expires in 30 days)'],
    ['2026-07-02', undefined],
  ])('a waiver that ends on %s', (expires, said) => {
    const findings = [...marked.findings].map((one) =>
      one.suppressed?.by === 'waiver' ? { ...one, suppressed: { ...one.suppressed, expires } } : one,
    );
    expect(render(text({ ...marked, findings }, plain))).toContain(
      said === undefined ? '1 waived, 1 ignored' : `1 waived ${said}, 1 ignored`,
    );
  });
});

describe('new findings', () => {
  const headings = (document: Document) =>
    render(text(document, plain))
      .split('\n')
      .filter((line) => / {2}(CRITICAL|HIGH|MEDIUM|LOW|INFO) {2}/.test(line));

  test('come first and are marked', () => {
    const [first, ...others] = headings(marked);
    expect(first).toMatch(/ {2}NEW$/);
    expect(others.length).toBe(marked.summary.known);
    expect(others.some((line) => line.endsWith('NEW'))).toBe(false);
    expect(render(text(marked, plain))).toContain(`1 new, ${marked.summary.known} known`);
  });

  test('are all that is printed where only they can fail the run', () => {
    const policy = { ...marked.run.policy, gate: { failOn: 'high', newOnly: true } as const };
    expect(headings({ ...marked, run: { ...marked.run, policy } })).toHaveLength(1);
  });

  test('have their fingerprint printed where all is asked for', () => {
    const [known] = [...marked.findings].filter(({ state, suppressed }) => state === 'fail' && !suppressed);
    expect(render(text(marked, { ...plain, detail: 2 }))).toContain(`  id       ${known?.fingerprint}\n`);
    expect(render(text(marked, plain))).not.toContain(known?.fingerprint);
  });

  test('nothing is said of them when there is nothing to compare with', async () => {
    expect(render(text(await documentFor(), plain))).not.toMatch(/\d+ new, \d+ known/);
  });
});

describe('compliance', () => {
  const standard = { id: 'cis-x', version: '1.0', title: 'CIS X' };
  const control = { standard, coverage: 'full', mode: 'all', off: [] } as const;
  const controls = (failing: string) => [
    { ...control, id: '1.1', title: 'Nothing is open', checks: [failing] },
    { ...control, id: '1.2', title: 'All is well', checks: ['x/fine'] },
    { ...control, id: '1.3', title: 'Half is looked at', coverage: 'partial' as const, checks: ['x/fine'] },
    {
      ...control,
      id: '2.1',
      title: 'Somebody checks logs',
      coverage: 'none' as const,
      manual: 'Read them',
      checks: [],
    },
    { ...control, id: '2.2', title: 'Not here', checks: ['x/none'] },
  ];

  async function reported(): Promise<{ document: Document; standards: readonly StandardResult[] }> {
    const failing = 'docker/chmod-777';
    let standards: readonly StandardResult[] = [];
    const document = await documentFor(hostileTree, [
      (findings) => {
        standards = complianceOf(controls(failing), findings, new Map([['x/fine', 2]]));
        return { findings };
      },
    ]);
    return { document: { ...document, compliance: standards }, standards };
  }

  test('is a table: what each control came to and how much of it is covered', async () => {
    const { document, standards } = await reported();
    const said = render(text(document, plain));
    expect(said).toContain('CIS X 1.0: 2 pass, 1 fail, 1 manual, 1 not applicable\n');
    expect(said).toMatch(/^ {2}1\.1 {2}fail +full +Nothing is open \(\d+ open\)$/m);
    expect(said).toMatch(/^ {2}1\.3 {2}pass +partial +Half is looked at$/m);
    expect(said).toMatch(/^ {2}2\.1 {2}manual +none +Somebody checks logs; by hand: Read them$/m);
    expect(said).not.toContain('Not here');
    expect(render(text(document, { ...plain, detail: 2 }))).toContain('Not here');
    expect(render(markdown(document))).toContain('| CIS X 1.0 | 2 | 1 | 0 | 1 | 1 |');
    const saved: { compliance: readonly StandardResult[] } = JSON.parse(render(json(document)));
    expect(saved.compliance).toEqual(standards);
  });

  test('green is what passed and is covered in full, and nothing else', async () => {
    const { document } = await reported();
    const rows = render(text(document, { ...plain, color: true })).split('\n');
    const row = (id: string) => rows.find((line) => line.startsWith(`  ${id} `)) ?? '';
    const green = '\u001b[32m';
    expect(row('1.2')).toContain(green);
    for (const id of ['1.1', '1.3', '2.1']) expect(row(id)).not.toContain(green);
    expect(row('2.1')).toContain('manual');
  });
});
