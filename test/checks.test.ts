import { describe, expect, test } from 'vitest';
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
  });

  async function mends(example: (typeof bad)[number]): Promise<void> {
    const { audit } = await auditExample(example, alone);
    const edits = audit.findings
      .flatMap((finding) => finding.edits ?? [])
      .filter(({ safety }) => safety === 'safe');
    if (edits.length === 0) return;
    const after = await auditExample(example, alone, (files) =>
      files.map((file) => {
        const here = edits.filter(({ at }) => at.source === file.uri).sort((a, b) => b.at.start - a.at.start);
        const text = here.reduce(
          (all, { at, text: put }) => all.slice(0, at.start) + put + all.slice(at.end),
          file.text ?? '',
        );
        return { ...file, text };
      }),
    );
    expect(after.audit.findings.flatMap((finding) => finding.edits ?? [])).toEqual([]);
  }
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
