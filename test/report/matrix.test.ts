import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { XmlDocument, type XmlElement, XsdValidator } from 'libxml2-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Document, FindingRecord } from '../../src/report/document.ts';
import { github } from '../../src/report/github.ts';
import { gitlabCodeQuality } from '../../src/report/gitlab-codequality.ts';
import { json } from '../../src/report/json.ts';
import { junit } from '../../src/report/junit.ts';
import { markdown } from '../../src/report/markdown.ts';
import { ndjson } from '../../src/report/ndjson.ts';
import { sarif } from '../../src/report/sarif.ts';
import { text } from '../../src/report/text.ts';
import { documentFor, hostileTree, marks, render, secret } from './hostile.ts';

const plain = { color: false, width: 100, show: 'info', detail: 2 } as const;
const formats: Readonly<Record<string, (document: Document) => Iterable<string>>> = {
  json,
  ndjson,
  sarif,
  'sarif with suppressed': (document) => sarif(document, { includeSuppressed: true }),
  junit,
  'gitlab-codequality': gitlabCodeQuality,
  github,
  markdown,
  text: (document) => text(document, plain),
};

let marked: Document;
let unmarked: Document;
let findings: readonly FindingRecord[] = [];
beforeAll(async () => {
  marked = await documentFor(hostileTree, [marks]);
  unmarked = await documentFor();
  findings = [...marked.findings];
});

const order = ['critical', 'high', 'medium', 'low', 'info'];
type Counts = Readonly<Record<string, number>>;

function counted(severities: readonly string[]): Counts {
  const found: Record<string, number> = {};
  for (const severity of severities) found[severity] = (found[severity] ?? 0) + 1;
  return found;
}

function open(records: readonly FindingRecord[]): Counts {
  return counted(
    records
      .filter(({ state, suppressed }) => state === 'fail' && !suppressed)
      .map(({ severity }) => severity),
  );
}

/** `2 high  1 low` */
function inWords(line: string): Counts {
  return Object.fromEntries(
    [...line.matchAll(/(\d+) (critical|high|medium|low|info)\b/g)].map(([, count, severity = '']) => [
      severity,
      Number(count),
    ]),
  );
}

function casesOf(xml: string): readonly { readonly result: string; readonly message: string }[] {
  const document = XmlDocument.fromString(xml);
  const cases = document.find('//testcase').map((node) => {
    const child = (node as XmlElement).firstChild;
    const element = child && 'attr' in child ? (child as XmlElement) : (child?.next as XmlElement | null);
    return { result: element?.name ?? 'passed', message: element?.attr('message')?.value ?? '' };
  });
  document.dispose();
  return cases;
}

describe('one run in every format', () => {
  const expected = () => open(findings);

  test('has something of everything', () => {
    expect(Object.keys(expected()).length).toBeGreaterThan(2);
    expect(findings.filter(({ suppressed }) => suppressed)).toHaveLength(2);
    expect(findings.filter((finding) => finding.new)).toHaveLength(1);
    expect(findings.some(({ state }) => state === 'unknown')).toBe(true);
    expect(marked.problems).toHaveLength(1);
  });

  test('json, ndjson and the summary', () => {
    expect(open(JSON.parse(render(json(marked))).findings)).toEqual(expected());
    const lines = render(ndjson(marked))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(open(lines.filter(({ type }) => type === 'finding'))).toEqual(expected());
    const shown = Object.entries(marked.summary.bySeverity).filter(([, count]) => count > 0);
    expect(Object.fromEntries(shown)).toEqual(expected());
    expect(marked.summary).toMatchObject({ hidden: { waived: 1, ignored: 1 }, new: 1 });
    const total = Object.values(expected()).reduce((sum, count) => sum + count, 0);
    expect(marked.summary.known).toBe(total - 1);
    expect(marked.summary.byState.fail).toBe(total);
  });

  test('sarif, with and without the suppressed', () => {
    const levels: Counts = { error: 0, warning: 0, note: 0 };
    const wanted = findings
      .filter(({ state, suppressed }) => state === 'fail' && !suppressed)
      .map(
        ({ severity }) =>
          ({ critical: 'error', high: 'error', medium: 'warning' })[severity as string] ?? 'note',
      );
    const [run] = JSON.parse(render(sarif(marked))).runs;
    const results: readonly { level: string; suppressions?: readonly unknown[] }[] = run.results;
    expect({ ...levels, ...counted(results.map(({ level }) => level)) }).toEqual({
      ...levels,
      ...counted(wanted),
    });
    expect(results.some(({ suppressions }) => suppressions)).toBe(false);
    const [whole] = JSON.parse(render(sarif(marked, { includeSuppressed: true }))).runs;
    expect(whole.results).toHaveLength(results.length + 2);
    const kinds = whole.results.flatMap(({ suppressions }: { suppressions: { kind: string }[] }) =>
      suppressions.map(({ kind }) => kind),
    );
    expect(kinds.sort()).toEqual(['external', 'inSource']);
  });

  test('gitlab-codequality', () => {
    const names: Readonly<Record<string, string>> = {
      blocker: 'critical',
      critical: 'high',
      major: 'medium',
      minor: 'low',
      info: 'info',
    };
    const entries: readonly { severity: string }[] = JSON.parse(render(gitlabCodeQuality(marked)));
    expect(counted(entries.map(({ severity }) => names[severity] ?? severity))).toEqual(expected());
  });

  test('junit: what the gate fails for is a failure, the rest is skipped and says why', () => {
    const cases = casesOf(render(junit(marked)));
    const high = (expected()['critical'] ?? 0) + (expected()['high'] ?? 0);
    const below = Object.values(expected()).reduce((sum, count) => sum + count, 0) - high;
    expect(cases.filter(({ result }) => result === 'failure')).toHaveLength(high);
    expect(cases.filter(({ message }) => message.includes('does not fail the run'))).toHaveLength(below);
    expect(cases.filter(({ message }) => /^(waiver|ignore): /.test(message))).toHaveLength(2);
    expect(cases.filter(({ message }) => message.startsWith('Cannot tell: '))).toHaveLength(
      marked.summary.byState.unknown,
    );
    expect(cases.filter(({ result }) => result === 'error').map(({ message }) => message)).toEqual([
      'compose.yaml: permission denied',
    ]);
  });

  test('text', () => {
    const lines = render(text(marked, plain)).trimEnd().split('\n');
    const tally = lines.find((line) => line.includes('1 waived'));
    expect(inWords(tally ?? '')).toEqual(expected());
    expect(tally).toContain('1 waived (1 expires in 6 days), 1 ignored');
    expect(lines).toContain(`1 new, ${marked.summary.known} known`);
    const blocks = lines.filter((line) => / {2}(CRITICAL|HIGH|MEDIUM|LOW|INFO) {2}/.test(line));
    expect(
      counted(blocks.map((line) => /CRITICAL|HIGH|MEDIUM|LOW|INFO/.exec(line)?.[0].toLowerCase() ?? '')),
    ).toEqual(expected());
  });

  test('github: the annotations and the line with the counts', () => {
    const lines = render(github(marked)).trimEnd().split('\n');
    expect(inWords(lines.at(-1) ?? '')).toEqual(expected());
    const annotated = counted(lines.slice(0, -1).map((line) => /^::(\w+) /.exec(line)?.[1] ?? line));
    expect(annotated).toEqual({
      error: Math.min(10, (expected()['critical'] ?? 0) + (expected()['high'] ?? 0)),
      warning: Math.min(10, (expected()['medium'] ?? 0) + 1),
      notice: Math.min(10, expected()['low'] ?? 0),
    });
  });

  test('markdown', () => {
    const said = render(markdown(marked));
    const row = said.split('\n').find((line) => /^\| \d/.test(line));
    const numbers = row?.split('|').slice(1, -1).map(Number) ?? [];
    expect(numbers).toEqual([...order.map((name) => expected()[name] ?? 0), marked.summary.byState.unknown]);
    const rows = said.split('\n').filter((line) => /^\| (critical|high|medium|low|info) \| `/.test(line));
    expect(counted(rows.map((line) => line.split(' ')[1] ?? ''))).toEqual(expected());
  });
});

describe('no format shows secrets or control characters', () => {
  test.each(Object.keys(formats))('%s', (name) => {
    const made = render(formats[name]?.(marked) ?? []);
    expect(made.length).toBeGreaterThan(500);
    expect(made).not.toContain(secret);
    expect(made).not.toContain(secret.slice(6));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    expect(made).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(made).not.toMatch(/\\u(00[01][0-9a-f]|001b|202e|d800)/i);
    expect(made).toBe(Buffer.from(made).toString());
  });
});

describe('each format fits its schema', () => {
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const reportSchema = JSON.parse(readFileSync('src/report/report.schema.json', 'utf8'));

  test('json, marked or not', () => {
    const validate = ajv.compile(reportSchema);
    for (const document of [marked, unmarked]) {
      validate(JSON.parse(render(json(document))));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test('ndjson: every line is a record of the report', () => {
    const { properties } = reportSchema;
    const record = (name: string, schema: object) => {
      const { $id: _, ...rest } = reportSchema;
      return ajv.compile({
        ...rest,
        $id: `line-${name}`,
        title: name,
        additionalProperties: true,
        required: [],
        properties: { one: schema },
      });
    };
    const validators = {
      finding: record('finding', { $ref: '#/definitions/finding' }),
      problem: record('problem', properties.problems.items),
    };
    const seen = new Set<string>();
    for (const line of render(ndjson(marked)).trimEnd().split('\n')) {
      const { type, ...one } = JSON.parse(line);
      seen.add(type);
      const validate = type === 'finding' || type === 'problem' ? validators[type as 'finding'] : undefined;
      validate?.({ one });
      expect(validate?.errors ?? []).toEqual([]);
      if (type === 'run')
        expect(Object.keys(one)).toEqual(['schemaVersion', 'tool', 'run', 'exit', 'summary']);
    }
    expect([...seen].sort()).toEqual(['check', 'finding', 'problem', 'run']);
  });

  test('sarif, with the suppressed or not', () => {
    const standard = new Ajv2020({ strict: false, logger: false });
    addFormats.default(standard);
    const validate = standard.compile(JSON.parse(readFileSync('test/schemas/sarif-2.1.0.json', 'utf8')));
    for (const includeSuppressed of [false, true]) {
      validate(JSON.parse(render(sarif(marked, { includeSuppressed }))));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test('gitlab-codequality: no fingerprint twice', () => {
    const validate = ajv.compile(JSON.parse(readFileSync('test/schemas/gitlab-codequality.json', 'utf8')));
    const double = { ...marked, findings: [...findings, ...findings] };
    for (const document of [marked, double]) {
      const entries: readonly { fingerprint: string }[] = JSON.parse(render(gitlabCodeQuality(document)));
      validate(entries);
      expect(validate.errors ?? []).toEqual([]);
      expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
    }
  });

  test('junit, with any character that a message can hold, and its sums are right', () => {
    const schema = XmlDocument.fromString(readFileSync('test/schemas/junit.xsd', 'utf8'));
    const validator = XsdValidator.fromDoc(schema);
    const every = String.fromCharCode(
      ...Array.from({ length: 160 }, (_, code) => code),
      0xfffe,
      0xffff,
      0xd800,
    );
    const hostile = { ...marked, findings: findings.map((one) => ({ ...one, message: every })) };
    for (const document of [marked, unmarked, hostile, { ...marked, findings: [], problems: [] }]) {
      const xml = XmlDocument.fromString(render(junit(document)));
      expect(() => validator.validate(xml)).not.toThrow();
      const count = (path: string) => xml.find(path).length;
      const said = (name: string) =>
        Number((xml.get(`/testsuites/@${name}`) as { value?: string } | null)?.value);
      expect(said('tests')).toBe(count('//testcase'));
      expect(said('failures')).toBe(count('//failure'));
      expect(said('errors')).toBe(count('//error'));
      expect(said('skipped')).toBe(count('//skipped'));
      for (const suite of xml.find('//testsuite')) {
        const element = suite as XmlElement;
        expect(Number(element.attr('tests')?.value)).toBe(element.find('testcase').length);
        expect(Number(element.attr('failures')?.value)).toBe(element.find('testcase/failure').length);
      }
      xml.dispose();
    }
    validator.dispose();
    schema.dispose();
  });
});
