import type { AuditRun } from '../audit.ts';
import type { Pass } from '../pass.ts';
import { type Policy, selects } from '../policy/policy.ts';
import { usualSettings } from '../suppress/ignore.ts';
import { ignoring } from '../suppress/pass.ts';
import { treeIgnores } from '../suppress/tree.ts';
import { namesOf } from './names.ts';
import { checkRecords } from './registry.ts';

/** Marks what the scanned tree itself says of its findings. */
export function treeMarks(run: AuditRun, policy: Policy): Pass {
  const records = checkRecords();
  const asked = (id: string): boolean => selects(policy, id, records.get(id)?.tier ?? 'style');
  return ignoring(treeIgnores(run, namesOf(records)), usualSettings, asked);
}
