import { describe, expect, test } from 'vitest';
import type { AuditRun } from '../src/audit.ts';
import type { MemoryFile } from '../src/collect/memory.ts';
import { type Fix, fixesOf, outcome, plan } from '../src/fix/plan.ts';
import { shortfall, standingOf } from '../src/fix/prove.ts';
import { allChecks, auditExample, unpack } from './examples.ts';

for (const [id, check] of await allChecks()) {
  const alone = new Map([[id, check]]);
  const { bad, good, unsure = [] } = check.doc ?? { bad: [], good: [] };

  describe(id, () => {
    test.each(bad.map((example, index) => [index, example] as const))(
      'flags bad example %i',
      async (_, example) => {
        const { audit, sources } = await auditExample(example, alone);
        const { marks } = unpack(example);
        expect(audit.problems).toEqual([]);
        const found = audit.findings
          .filter(({ state }) => state === 'fail')
          .map(({ at }) => place(at, sources));
        expect(found.sort(order)).toEqual(marks.map((mark) => place(mark, sources)).sort(order));
      },
    );

    test.each(good.map((example, index) => [index, example] as const))(
      'passes good example %i',
      async (_, example) => {
        const { audit } = await auditExample(example, alone);
        expect(audit.problems).toEqual([]);
        const notPassed = audit.findings.filter(
          ({ state }) => state !== 'pass' && state !== 'not-applicable',
        );
        expect(notPassed.map(({ state, message }) => `${state} ${message}`)).toEqual([]);
        expect(audit.counts.pass).toBeGreaterThan(0);
      },
    );

    test.each(unsure.map((example, index) => [index, example] as const))(
      'admits not knowing %i',
      async (_, example) => {
        const { audit } = await auditExample(example, alone);
        expect(audit.findings.map(({ state }) => state)).toContain('unknown');
        expect(audit.findings.map(({ state }) => state)).not.toContain('fail');
      },
    );

    test('its safe edits mend the bad examples and change nothing twice', async () => {
      for (const example of bad) await mends(example);
    });

    test('its pages tell what its edits do, by safety', async () => {
      const yielded = new Set<string>();
      for (const example of bad) {
        const { audit } = await auditExample(example, alone);
        for (const { edits = [] } of audit.findings) for (const { safety } of edits) yielded.add(safety);
      }
      expect(Object.keys(check.doc?.fixes ?? {}).sort()).toEqual([...yielded].sort());
    });
  });

  /** Each fix by itself, the unsafe ones too, and all safe ones together. */
  async function mends(example: (typeof bad)[number]): Promise<void> {
    const run = await auditExample(example, alone);
    const before = standingOf(run);
    const fixes = fixesOf(run.audit.findings);
    const after = async (made: readonly Fix[]) =>
      auditExample(example, alone, (files) => withFixes(files, made, run));
    for (const fix of fixes) {
      const { refused } = plan([fix], run);
      expect(refused.map(({ why }) => why)).toEqual([]);
      expect(shortfall(before, standingOf(await after([fix])), [fix])).toBeUndefined();
    }
    const safe = plan(
      fixes.filter(({ safety }) => safety === 'safe'),
      run,
    ).fixes;
    if (safe.length === 0) return;
    const again = fixesOf((await after(safe)).audit.findings);
    expect(again.filter(({ safety }) => safety === 'safe')).toEqual([]);
  }
}

function withFixes(
  files: readonly MemoryFile[],
  fixes: readonly Fix[],
  run: AuditRun,
): readonly MemoryFile[] {
  const changed = new Map(outcome(fixes, run).map(({ uri, after }) => [uri, after]));
  const made = [...changed].filter(([uri]) => !files.some((file) => file.uri === uri));
  return [
    ...files.map((file) => ({ ...file, text: changed.get(file.uri) ?? file.text ?? '' })),
    ...made.map(([uri, text]) => ({ uri, text })),
  ];
}

interface Place {
  readonly source: string;
  readonly start: number;
  readonly text: string;
}

function place(
  at: { source: string; start: number; end: number },
  sources: ReadonlyMap<string, { text?: string } | object>,
): Place {
  const source = sources.get(at.source);
  const text = source && 'text' in source && typeof source.text === 'string' ? source.text : '';
  return { source: at.source, start: at.start, text: text.slice(at.start, at.end) };
}

function order(left: Place, right: Place): number {
  return left.source < right.source ? -1 : left.source > right.source ? 1 : left.start - right.start;
}
