import { audit } from '../../src/audit.ts';
import { namesOf } from '../../src/cli/check-names.ts';
import { memory } from '../../src/collect/memory.ts';
import type { Finding } from '../../src/finding.ts';
import { judge } from '../../src/judge.ts';
import { loaders } from '../../src/load/index.ts';
import { recommended } from '../../src/policy/policy.ts';
import type { CheckRecord } from '../../src/report/document.ts';
import { type IgnoreSettings, usualSettings } from '../../src/suppress/ignore.ts';
import { ignoring } from '../../src/suppress/pass.ts';
import { treeIgnores } from '../../src/suppress/tree.ts';
import { allChecks } from '../examples.ts';

const checks = await allChecks();
const names = namesOf(
  new Map(
    [...checks].map(([id, { title, risk, tier, severity, doc }]): [string, CheckRecord] => [
      id,
      { title, risk, tier, severity, ...doc },
    ]),
  ),
);

interface JudgedTree {
  readonly findings: readonly Finding[];
  readonly hidden: Readonly<Record<string, number>>;
  /** The marks of a check's faults, in the order of their places. */
  readonly ofCheck: (id: string) => readonly (Finding['suppressed'] | undefined)[];
  readonly notices: readonly string[];
}

/** What a run over these files says once the tree's own ignores have marked it. */
export async function judgedWith(
  files: Readonly<Record<string, string>>,
  settings: Partial<IgnoreSettings> = {},
  data: Readonly<Record<string, unknown>> = {},
): Promise<JudgedTree> {
  const run = await audit({
    collector: memory(
      'test',
      Object.entries(files).map(([uri, text]) => ({ uri, text })),
    ),
    loaders,
    checks: async () => checks,
    data: { open: (key) => (key in data ? { date: '2026-06-01', content: data[key] } : undefined) },
    now: Date.parse('2026-06-01'),
  });
  const ignores = await treeIgnores(run, names);
  const { run: marked } = judge(run, recommended, [
    ignoring(ignores, { ...usualSettings, ...settings }, () => true),
  ]);
  const { findings, problems, hidden } = marked.audit;
  return {
    findings,
    hidden,
    ofCheck: (id: string) =>
      findings
        .filter(({ check, state }) => check === id && state === 'fail')
        .map(({ suppressed }) => suppressed),
    notices: problems
      .filter(({ stage }) => stage === 'policy')
      .map(({ subject, message }) => `${subject}: ${message}`),
  };
}
