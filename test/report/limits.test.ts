import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Document, FindingRecord } from '../../src/report/document.ts';
import { github } from '../../src/report/github.ts';
import { gitlabCodeQuality } from '../../src/report/gitlab-codequality.ts';
import { json } from '../../src/report/json.ts';
import { junit } from '../../src/report/junit.ts';
import { markdown, marker } from '../../src/report/markdown.ts';
import { ndjson } from '../../src/report/ndjson.ts';
import { omittedFromSarif, sarif } from '../../src/report/sarif.ts';
import { documentFor, hostileTree, marks, render } from './hostile.ts';

const severities = ['low', 'medium', 'high', 'critical', 'info'] as const;

let marked: Document;
let sample: FindingRecord;
beforeAll(async () => {
  marked = await documentFor(hostileTree, [marks]);
  const [first] = [...marked.findings].filter(({ state, suppressed }) => state === 'fail' && !suppressed);
  if (!first) throw new Error('the tree has no finding');
  sample = first;
});

/** As many findings as wanted, none of which is kept. */
function many(count: number, change: (index: number) => Partial<FindingRecord> = () => ({})): Document {
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (let index = 0; index < count; index += 1) bySeverity[severities[index % 5] ?? 'info'] += 1;
  const findings = {
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index += 1) {
        const file = `deploy/${String(Math.floor(index / 20)).padStart(6, '0')}/compose.yaml`;
        yield {
          ...sample,
          severity: severities[index % 5] ?? 'info',
          message: `finding number ${index} says something of the usual length about a service`,
          location: { ...sample.location, file },
          fingerprint: `v1:${index.toString(16).padStart(16, '0')}`,
          ...change(index),
        };
      }
    },
  };
  const summary = { ...marked.summary, bySeverity, hidden: {} };
  return { ...marked, summary, findings };
}

describe('a hundred thousand findings', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const held = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed / 1_048_576;
  };

  test.each<[string, (document: Document) => Iterable<string>]>([
    ['json', json],
    ['ndjson', ndjson],
    ['sarif', sarif],
    ['junit', junit],
    ['gitlab-codequality', gitlabCodeQuality],
    ['github', github],
    ['markdown', markdown],
  ])('%s holds no more than 30 MB of them', (_, format) => {
    const document = many(100_000);
    const before = held();
    let most = 0;
    let chunks = 0;
    for (const chunk of format(document)) {
      chunks += Number(chunk !== '');
      if (chunks % 20_000 === 1) most = Math.max(most, held() - before);
    }
    expect(chunks).toBeGreaterThan(10);
    expect(Math.max(most, held() - before)).toBeLessThan(30);
  });
});

describe('SARIF', () => {
  interface Result {
    readonly level: string;
    readonly message: { readonly text: string };
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { uri: string }; readonly region: object };
    }[];
    readonly relatedLocations?: readonly { readonly id: number }[];
    readonly fixes?: readonly object[];
  }
  const runOf = (document: Document) => JSON.parse(render(sarif(document))).runs[0];
  const resultOf = (finding: Partial<FindingRecord>): Result =>
    runOf({ ...marked, findings: [{ ...sample, ...finding }] }).results[0];

  test('keeps the 5,000 gravest, and says how many it leaves out', () => {
    const document = many(6000);
    const { results, invocations } = runOf(document);
    expect(results).toHaveLength(5000);
    const levels = results.map(({ level }: Result) => level);
    expect(levels.filter((level: string) => level === 'error')).toHaveLength(2400);
    expect(levels.filter((level: string) => level === 'warning')).toHaveLength(1200);
    const said = invocations[0].toolExecutionNotifications.map(
      ({ message }: { message: { text: string } }) => message.text,
    );
    expect(said).toContain('1000 findings of lower severity are left out');
    expect(omittedFromSarif(document)).toBe(1000);
    expect(omittedFromSarif(marked)).toBe(0);
  });

  test('marks the first line only, so that a pull request shows the result', () => {
    const location = { file: 'a.conf', line: 2, column: 3, endLine: 9, endColumn: 2 };
    const snippet = { startLine: 1, lines: ['http {', '  server {', '    listen 80;'] };
    expect(resultOf({ location, snippet }).locations[0]?.physicalLocation.region).toEqual({
      startLine: 2,
      startColumn: 3,
      endLine: 2,
      endColumn: 11,
    });
  });

  test('files an answer of an account under a made-up path', () => {
    const file = 'aws:111122223333/eu-west-1/s3/a b/GetBucketAcl';
    const location = { file, line: 7, column: 3, endLine: 9, endColumn: 2 };
    expect(resultOf({ location }).locations[0]?.physicalLocation).toEqual({
      artifactLocation: {
        uri: 'aws/111122223333/eu-west-1/s3/a%20b/GetBucketAcl.json',
        uriBaseId: 'SRCROOT',
      },
      region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
    });
  });

  test('links what a finding comes from, and makes no link of scanned text', () => {
    const step = { file: 'nginx.conf', line: 3, column: 1, endLine: 3, endColumn: 9, note: 'inherited from' };
    const { message, relatedLocations } = resultOf({
      message: 'see [here](http://evil.example) now',
      path: [step],
      witness: 'curl x',
    });
    expect(message.text).toBe(
      'see \\[here\\](http://evil.example) now. See inherited from [nginx.conf:3](1). Shown by: curl x',
    );
    expect(relatedLocations?.map(({ id }) => id)).toEqual([1]);
  });

  test('carries safe fixes and no others', () => {
    const edits = [{ ...sample.location, text: 'USER app\n' }];
    expect(resultOf({ fix: { safety: 'safe', edits } }).fixes).toHaveLength(1);
    expect(resultOf({ fix: { safety: 'unsafe', edits } }).fixes).toBeUndefined();
  });

  test('has what code scanning asks of every rule and result', () => {
    const { tool, results, automationDetails } = runOf(marked);
    expect(automationDetails.id).toMatch(/\/$/);
    for (const rule of tool.driver.rules) {
      expect(rule.name.length).toBeLessThanOrEqual(255);
      expect(rule.properties.tags.length).toBeLessThanOrEqual(20);
      expect(rule.properties.tags).toContain('security');
      for (const one of [rule.shortDescription, rule.fullDescription]) {
        expect(one.text.length).toBeGreaterThan(0);
        expect(one.text.length).toBeLessThanOrEqual(1024);
      }
    }
    for (const { locations } of results as readonly Result[]) {
      const { uri } = locations[0]?.physicalLocation.artifactLocation ?? { uri: '' };
      expect(uri).toMatch(/^[^/:?# ]+(\/[^/:?# ]+)*$/);
      expect(() => decodeURIComponent(uri)).not.toThrow();
    }
  });
});

describe('GitHub', () => {
  test('shows ten of each level, the gravest and the new first', () => {
    const lines = render(github(many(500, (index) => ({ new: index > 400 }))))
      .trimEnd()
      .split('\n');
    const errors = lines.filter((line) => line.startsWith('::error '));
    expect(errors).toHaveLength(10);
    expect(errors.every((line) => line.includes('(new)'))).toBe(true);
    expect(lines.filter((line) => line.startsWith('::warning '))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith('::notice '))).toHaveLength(10);
    expect(lines).toHaveLength(31);
  });

  test('nothing that was scanned can be a command', () => {
    const message = 'a\n::stop-commands::x\r\n::set-output name=y::z 100%';
    const file = 'a,line=9::b.conf';
    const location = { ...sample.location, file };
    const lines = render(
      github({ ...marked, findings: [{ ...sample, message, location, severity: 'high' }] }),
    );
    const [first = '', ...rest] = lines.trimEnd().split('\n');
    expect(first).toMatch(/^::error file=a%2Cline=9%3A%3Ab\.conf,line=\d+,endLine=\d+,title=/);
    expect(first).toContain('::a%0A::stop-commands::x%0D%0A::set-output name=y::z 100%25');
    expect(
      rest.filter((line) => line.startsWith('::') && !line.startsWith('::warning title=hardpan')),
    ).toEqual([]);
  });
});

describe('the comment for a pull request', () => {
  const suppressed = { by: 'waiver', reason: 'r'.repeat(400), owner: 'o', expires: '2026-06-07' };

  test.each<[string, () => Document]>([
    ['many findings', () => many(5000)],
    [
      'many suppressed',
      () => {
        const document = many(3000, () => ({ suppressed }));
        return { ...document, summary: { ...document.summary, hidden: { waived: 3000 } } };
      },
    ],
    ['long messages', () => many(400, () => ({ message: '|<@#`'.repeat(3000) }))],
  ])('%s fit into what GitHub takes', (_, make) => {
    const said = render(markdown(make()));
    expect(said.length).toBeLessThanOrEqual(65_536);
    expect(said.startsWith(`${marker}\n`)).toBe(true);
    expect(said).toMatch(/…and .*more/);
    expect(said.match(/<details>/g)?.length ?? 0).toBe(said.match(/<\/details>/g)?.length ?? 0);
  });

  test('begins with the new ones and folds the suppressed away', () => {
    const said = render(markdown(marked));
    const rows = said.split('\n').filter((line) => /^\| (critical|high|medium|low|info) \| `/.test(line));
    expect(rows[0]).toContain('**new**');
    expect(rows.slice(1).some((row) => row.includes('**new**'))).toBe(false);
    expect(said).toMatch(/<details><summary>1 waived \(1 expires in 6 days\), 1 ignored<\/summary>/);
    expect(said).toContain('waiver, @<!-- -->team, until 2026-06-07');
  });

  test('scanned text is shown, not obeyed', () => {
    const message = '<img src=x> [a](b) @somebody #1 `x` | **y** \n## z';
    const location = { ...sample.location, file: 'a|b`c' };
    const said = render(markdown({ ...marked, findings: [{ ...sample, message, location }] }));
    const row = said.split('\n').find((line) => line.startsWith(`| ${sample.severity} |`)) ?? '';
    expect(row).toContain(
      '&lt;img src=x&gt; \\[a\\](b) @<!-- -->somebody #<!-- -->1 \\`x\\` \\| \\*\\*y\\*\\* #<!-- -->#<!-- --> z',
    );
    expect(row).toContain('``a\\|b`c:');
    expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
  });
});
