import { beforeAll, describe, expect, test } from 'vitest';
import type { Document, FindingRecord } from '../../src/report/document.ts';
import { json } from '../../src/report/json.ts';
import { merged } from '../../src/report/merge.ts';
import { documentFrom, NotAReport } from '../../src/report/saved.ts';
import { documentFor, hostileTree, marks, render } from './hostile.ts';

let left: Document;
let right: Document;
beforeAll(async () => {
  const saved = async (document: Promise<Document>) =>
    documentFrom(render(json(await document)), () => undefined);
  left = await saved(documentFor(hostileTree, [marks]));
  right = await saved(
    documentFor([
      { uri: 'web/Dockerfile', text: 'FROM debian:12\nRUN chmod 777 /srv\n' },
      ...hostileTree.slice(0, 2),
    ]),
  );
});

const open = ({ state, suppressed }: FindingRecord) => state === 'fail' && !suppressed;

describe('several runs as one', () => {
  const both = () =>
    merged([
      { name: 'left.json', document: left },
      { name: 'right.json', document: right },
    ]);

  test('have each finding once, in the order of every report', () => {
    const found = [...both().findings];
    const prints = found.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    expect(new Set(prints)).toEqual(
      new Set([...left.findings, ...right.findings].map(({ fingerprint }) => fingerprint)),
    );
    const files = found.map(({ location }) => location.file);
    expect(files).toEqual([...files].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  test('a finding that one of them does not waive counts', () => {
    const waived = [...left.findings].find(({ suppressed }) => suppressed?.by === 'waiver');
    const other = { ...left, findings: [...left.findings].map(({ suppressed: _, ...one }) => one) };
    const one = [
      ...merged([
        { name: 'a', document: left },
        { name: 'b', document: other },
      ]).findings,
    ].find(({ fingerprint }) => fingerprint === waived?.fingerprint);
    expect(one?.suppressed).toBeUndefined();
  });

  test('add up what was read, and count findings anew', () => {
    const { summary, findings, problems } = both();
    expect(summary.sources).toBe(left.summary.sources + right.summary.sources);
    expect(summary.passed).toBe(left.summary.passed + right.summary.passed);
    expect(summary.byState.fail).toBe([...findings].filter(open).length);
    expect(summary.hidden).toEqual({ waived: 1, ignored: 1 });
    expect(problems).toEqual(left.problems);
  });

  test.each([
    [[0, 0], 0],
    [[0, 4], 4],
    [[4, 3], 3],
    [[3, 1, 4], 1],
    [[1, 130], 130],
  ])('exit codes %j make %i', (codes, worst) => {
    const runs = codes.map((code, index) => ({
      name: `${index}.json`,
      document: { ...right, exit: { code, reasons: code === 0 ? [] : [`because ${code}`] } },
    }));
    const { exit } = merged(runs);
    expect(exit.code).toBe(worst);
    expect(exit.reasons).toEqual(
      codes.flatMap((code, index) => (code === 0 ? [] : [`${index}.json: because ${code}`])),
    );
  });

  test('one run alone stays as it is', () => {
    expect(merged([{ name: 'left.json', document: left }])).toBe(left);
  });
});

describe('what is no report', () => {
  test.each([
    ['', /is not JSON/],
    ['{"a": ', /is not JSON/],
    ['[]', /is not a report of hardpan/],
    ['null', /is not a report of hardpan/],
    ['{"schemaVersion":"2.0"}', /schema version "2\.0"; this hardpan reads 1\.0/],
    ['{"schemaVersion":1}', /schema version 1; /],
  ])('%j', (said, message) => {
    expect(() => documentFrom(said, () => undefined)).toThrow(NotAReport);
    expect(() => documentFrom(said, () => undefined)).toThrow(message);
  });
});
