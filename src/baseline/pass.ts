import type { Finding, Problem } from '../finding.ts';
import type { Pass } from '../pass.ts';
import type { Entry } from './file.ts';
import { match } from './match.ts';

export interface Comparison {
  /** How messages call the file. */
  readonly name: string;
  readonly entries: readonly Entry[];
}

/**
 * Says which findings a baseline lacks; what an older tree has too stays known. Entries that fit nothing any more are
 * a notice, where this run would have seen them.
 *
 * @param asked whether the run asked a check
 */
export function comparing({ name, entries }: Comparison, asked: (check: string) => boolean): Pass {
  return (findings, { run }) => {
    const { known, gone } = match(findings.filter(isFault), entries);
    const { base } = run.graph.listing;
    const stale = gone.filter(
      ({ check, file }) => asked(check) && (base === '' || file.startsWith(`${base}/`)),
    );
    return {
      findings: findings.map((one) =>
        isFault(one) ? { ...one, new: one.new !== false && !known.has(one) } : one,
      ),
      problems: run.audit.interrupted || stale.length === 0 ? [] : [staleNotice(name, stale.length)],
    };
  };
}

function isFault({ state }: Finding): boolean {
  return state === 'fail';
}

function staleNotice(subject: string, count: number): Problem {
  const what = count === 1 ? '1 entry fits' : `${count} entries fit`;
  const message = `${what} no finding any more; hardpan baseline update --prune takes ${count === 1 ? 'it' : 'them'} out`;
  return { stage: 'policy', subject, message, sort: 'notice', expected: true };
}
