import { audit } from '../../src/audit.ts';
import { type MemoryFile, memory } from '../../src/collect/memory.ts';
import { judge } from '../../src/judge.ts';
import { loaders } from '../../src/load/index.ts';
import type { Pass } from '../../src/pass.ts';
import { recommended } from '../../src/policy/policy.ts';
import { type CheckRecord, type Document, documentOf, type Frame } from '../../src/report/document.ts';
import { allChecks } from '../examples.ts';

const checks = await allChecks();
const records = new Map<string, CheckRecord>(
  [...checks].map(([id, { title, risk, tier, severity, doc }]) => {
    return [id, JSON.parse(JSON.stringify({ title, risk, tier, severity, ...doc }))];
  }),
);

export const secret = 'whsec_k2Vd8GQm41xTz7NpLr0yB3Wc';

/** Names and texts that a careless writer of some format would trip over. */
export const hostileTree: readonly MemoryFile[] = [
  { uri: 'Dockerfile', text: `FROM node:20\nENV STRIPE_API_KEY=${secret}\nRUN chmod -R 777 /srv\n` },
  { uri: 'a b/#1 %41/Dockerfile', text: 'FROM debian:12\nRUN sudo chmod 777 /x # \u001b[31mred\u202e\n' },
  { uri: 'größe,x:y/Dockerfile', text: 'FROM debian:12\nRUN chmod 777 "/<b>&\'|`@all]](1)"\n' },
  { uri: 'esc\u001b[2J\n::error::x/Dockerfile', text: 'FROM debian:12\nRUN chmod 777 /y\n' },
  { uri: '<!-- & "q" |.d/Dockerfile', text: 'FROM $' + '{BASE}\nRUN chmod 777 /z && chmod 777 /zz\n' },
  { uri: 'half\ud800/Dockerfile', text: 'FROM debian:12\nRUN chmod 777 /\ud800\n' },
  { uri: 'aws/s3/site/get-bucket-versioning.json', text: '{"Status":"Suspended"}' },
  { uri: 'compose.yaml', error: 'permission denied' },
];

/** The document of these files, with the marks of a pass. */
export async function documentFor(
  files: readonly MemoryFile[] = hostileTree,
  passes: readonly Pass[] = [],
  frame: Partial<Frame> = {},
): Promise<Document> {
  const audited = await audit({
    collector: memory('test', files),
    loaders,
    checks: async () => checks,
    data: { open: () => undefined },
    now: Date.parse('2026-06-01'),
  });
  const { run, exit } = judge(audited, recommended, passes);
  return documentOf(run, {
    version: '1.2.3',
    startedAt: '2026-06-01T00:00:00.000Z',
    finishedAt: '2026-06-01T00:00:01.500Z',
    root: '.',
    targets: ['.'],
    policy: { name: 'recommended', hash: '', gate: recommended.gate },
    declared: [],
    exit,
    docs: records,
    lineHashes: true,
    ...frame,
  });
}

/** Waives the first finding, ignores the second; of the others the last alone is new. */
export const marks: Pass = (findings) => {
  const failed = findings.filter(({ state }) => state === 'fail');
  return {
    findings: findings.map((finding) => {
      if (finding === failed[0]) {
        const reason = `The gateway in front does this, ${secret} \u001b[1m| <b>`;
        return {
          ...finding,
          new: false,
          suppressed: { by: 'waiver', reason, owner: '@team', expires: '2026-06-07' },
        };
      }
      if (finding === failed[1])
        return { ...finding, new: false, suppressed: { by: 'ignore', reason: 'known', at: finding.at } };
      return finding.state === 'fail' ? { ...finding, new: finding === failed.at(-1) } : finding;
    }),
  };
};

export function render(chunks: Iterable<string>): string {
  return [...chunks].join('');
}
