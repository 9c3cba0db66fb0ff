import { expect, test } from 'vitest';
import { allChecks, auditExample, unpack } from './examples.ts';

/** The worst outcome per resource, so that "fail and unknown" counts as fail. */
const rank = { pass: 0, 'not-applicable': 0, unknown: 1, fail: 2, error: 3 } as const;

test.each([...(await allChecks())])('%s: an unread source never settles a question', async (id, check) => {
  const alone = new Map([[id, check]]);
  const { bad = [], good = [], unsure = [] } = check.doc ?? {};
  for (const example of [...bad, ...good, ...unsure]) {
    const before = await outcomes(example);
    for (const lost of unpack(example).files) {
      const after = await outcomes(example, lost.uri);
      for (const [resource, outcome] of after) {
        const was = before.get(resource);
        if (was !== undefined && outcome !== was) {
          expect([lost.uri, resource, was, outcome]).toEqual([lost.uri, resource, was, 'unknown']);
        }
      }
    }
  }

  async function outcomes(
    example: (typeof bad)[number],
    lost?: string,
  ): Promise<Map<string, keyof typeof rank>> {
    const { audit } = await auditExample(example, alone, (files) =>
      files.map((file) => (file.uri === lost ? { uri: file.uri, error: 'unreadable' } : file)),
    );
    const found = new Map<string, keyof typeof rank>();
    for (const { state, resource, resources = [resource] } of audit.findings) {
      for (const { id: of } of resources)
        if (rank[state] >= rank[found.get(of) ?? 'pass']) found.set(of, state);
    }
    return found;
  }
});
