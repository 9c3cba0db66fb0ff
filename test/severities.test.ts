import { expect, test } from 'vitest';
import type { Check } from '../src/check.ts';
import { allChecks, auditExample } from './examples.ts';

// The severity decides what stops a pipeline and the safety of an edit what is written unasked, and many checks
// reckon them. Examples mark places alone, so both stand in a table, by check and example; read its difference
// before it is written anew (`-u`).
test('each bad example weighs what the table says', async () => {
  const lines: string[] = [];
  for (const [id, check] of await allChecks()) lines.push(`${id}: ${await weights(id, check)}`);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('severities.txt');
});

/** `high+safe, low low`: one example of a finding with a safe edit, one of two findings. */
async function weights(id: string, check: Check): Promise<string> {
  const all: string[] = [];
  for (const example of check.doc?.bad ?? []) {
    const { audit } = await auditExample(example, new Map([[id, check]]));
    const found = audit.findings.filter(({ state }) => state === 'fail');
    const said = found.map(({ severity, edits = [] }) =>
      [severity, ...new Set(edits.map(({ safety }) => safety))].join('+'),
    );
    all.push(said.sort().join(' '));
  }
  return all.join(', ');
}
