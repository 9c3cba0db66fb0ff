import { failsGate, fileOf } from './counted.ts';
import type { Document, FindingRecord } from './document.ts';

/** What a case of JUnit can be. */
type Result = 'passed' | 'failure' | 'error' | 'skipped';

interface Tally {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

const none: Tally = { tests: 0, failures: 0, errors: 0, skipped: 0 };

/**
 * JUnit XML: a suite a file, a case a finding. Failures are what the gate fails for, so that a pipeline which reads
 * only this agrees with the exit code; findings below it, suppressed ones and open questions are skipped cases that
 * say why. A suite named hardpan tells in any case whether all could be seen.
 */
export function* junit(document: Document): Generator<string> {
  const suites = new Map<string, Tally>();
  for (const finding of document.findings) {
    const name = fileOf(finding.location.file);
    suites.set(name, plus(suites.get(name) ?? none, resultOf(finding, document)));
  }
  const found = [...suites.values()].reduce(sum, none);
  const cases = ownCases(document, found);
  const own = cases.map(({ result }) => plus(none, result)).reduce(sum, none);
  const total = sum(found, own);
  const time = seconds(document);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name: 'hardpan', ...total, time })}>\n`;
  yield* ownSuite(document, cases, own, time);
  yield* fileSuites(document, suites);
  yield '</testsuites>\n';
}

interface OwnCase {
  readonly name: string;
  readonly result: Result;
  readonly message?: string;
}

/** What was not seen, and the verdict where no other case tells it: more findings of a kind than allowed, say. */
function ownCases({ problems, exit }: Document, found: Tally): readonly OwnCase[] {
  const lost = problems
    .filter(({ sort }) => sort !== 'notice')
    .map(
      ({ subject, message, stage }): OwnCase => ({
        name: subject || stage,
        // What the gate lets pass must not turn a pipeline red that reads only this.
        result: exit.code === 0 ? 'skipped' : 'error',
        message: `${subject}: ${message}`,
      }),
    );
  const seen: OwnCase = { name: 'everything could be seen', result: 'passed' };
  const cases = lost.length > 0 ? lost : [seen];
  const told = exit.code === 0 || found.failures > 0 || (exit.code !== 1 && lost.length > 0);
  if (told) return cases;
  const result = exit.code === 1 ? 'failure' : 'error';
  return [...cases, { name: 'gate', result, message: exit.reasons.join('; ') }];
}

function* ownSuite(
  { run, exit, summary }: Document,
  cases: readonly OwnCase[],
  own: Tally,
  time: string,
): Generator<string> {
  const head = { name: 'hardpan', ...own, time, timestamp: run.startedAt.slice(0, 19) };
  yield `  <testsuite${attributes(head)}>\n    <properties>\n`;
  const said = { policy: run.policy.name, exit: exit.code, passed: summary.passed, sources: summary.sources };
  for (const [name, value] of Object.entries(said)) yield `      <property${attributes({ name, value })}/>\n`;
  yield '    </properties>\n';
  for (const { name, result, message = '' } of cases) {
    const inner = result === 'passed' ? '' : `<${result}${attributes({ message, type: 'hardpan' })}/>`;
    yield `    <testcase${attributes({ classname: 'hardpan', name, time: '0' })}>${inner}</testcase>\n`;
  }
  yield '  </testsuite>\n';
}

/** Findings come sorted by file, so that a suite can be written as it comes. */
function* fileSuites(document: Document, suites: ReadonlyMap<string, Tally>): Generator<string> {
  let open: string | undefined;
  let names = new Map<string, number>();
  for (const finding of document.findings) {
    const name = fileOf(finding.location.file);
    if (name !== open) {
      if (open !== undefined) yield '  </testsuite>\n';
      yield `  <testsuite${attributes({ name, ...(suites.get(name) ?? none), time: '0' })}>\n`;
      open = name;
      names = new Map();
    }
    yield caseOf(finding, nameOf(finding, names), document);
  }
  if (open !== undefined) yield '  </testsuite>\n';
}

/** Readers of JUnit take two cases of one name for one. */
function nameOf({ check, resource }: FindingRecord, names: Map<string, number>): string {
  const name = `${check} ${resource.name || resource.id}`.trim();
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : `${name} (${count})`;
}

function caseOf(finding: FindingRecord, name: string, document: Document): string {
  const { location, message } = finding;
  const result = resultOf(finding, document);
  const file = fileOf(location.file);
  const opening = `    <testcase${attributes({ classname: file, name, file, line: Math.max(1, location.line), time: '0' })}`;
  if (result === 'passed') return `${opening}/>\n`;
  const inner =
    result === 'skipped'
      ? `<skipped${attributes({ message: whySkipped(finding) })}/>`
      : `<${result}${attributes({ message, type: finding.severity })}>${escaped(details(finding, document))}</${result}>`;
  return `${opening}>\n      ${inner}\n    </testcase>\n`;
}

function resultOf(finding: FindingRecord, document: Document): Result {
  if (finding.state === 'pass') return 'passed';
  if (finding.state === 'error') return 'error';
  if (finding.state !== 'fail' || finding.suppressed) return 'skipped';
  return failsGate(finding, document) ? 'failure' : 'skipped';
}

function whySkipped({ state, severity, message, suppressed, new: isNew }: FindingRecord): string {
  if (suppressed) return `${suppressed.by}: ${suppressed.reason || 'no reason given'}; ${message}`;
  if (state !== 'fail') return state === 'unknown' ? message : `not applicable: ${message}`;
  return `${severity}${isNew === false ? ', known' : ''}, does not fail the run: ${message}`;
}

function details({ severity, location, check, witness }: FindingRecord, document: Document): string {
  const { remedy } = document.checks[check] ?? {};
  return [
    `${fileOf(location.file)}:${location.line}:${location.column} ${severity}`,
    ...(remedy === undefined ? [] : [`Remedy: ${remedy}`]),
    ...(witness === undefined ? [] : [`Shown by: ${witness}`]),
  ].join('\n');
}

function sum(left: Tally, right: Tally): Tally {
  return {
    tests: left.tests + right.tests,
    failures: left.failures + right.failures,
    errors: left.errors + right.errors,
    skipped: left.skipped + right.skipped,
  };
}

function plus({ tests, failures, errors, skipped }: Tally, result: Result): Tally {
  return {
    tests: tests + 1,
    failures: failures + Number(result === 'failure'),
    errors: errors + Number(result === 'error'),
    skipped: skipped + Number(result === 'skipped'),
  };
}

function seconds({ run }: Document): string {
  return ((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 has no place at all for some characters, not even as references. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
      .replace(/[&<>"']/g, (char) => entities[char] ?? char)
  );
}
