import type { AuditRun } from '../audit.ts';
import type { Finding, Problem } from '../finding.ts';
import { divided } from '../findings.ts';
import type { Location } from '../model/location.ts';
import type { Pass } from '../pass.ts';
import { type Ignore, type IgnoreSettings, refusalOf } from './ignore.ts';
import type { TreeIgnores } from './tree.ts';

/** Marks what the tree's own ignores cover; each that does not count, or hides nothing any more, is told of. */
export function ignoring(
  { ignores, problems }: TreeIgnores,
  settings: IgnoreSettings,
  /** Whether the run asked a check: an ignore for another may still be needed. */
  asked: (check: string) => boolean,
): Pass {
  return (findings, { run }) => {
    if (ignores.length === 0) return { findings, problems };
    const teller = new Teller(run);
    const counting = ignores.filter((ignore) => {
      const refused = refusalOf(ignore, settings, run.graph.now);
      if (refused !== undefined) teller.tell(ignore, `this ignore does not count: ${refused}`);
      return refused === undefined;
    });
    const marker = new Marker(counting, settings, run, teller);
    const marked = findings.flatMap((finding) => marker.mark(finding));
    for (const ignore of counting) teller.tellUnused(ignore, marker.needed, asked);
    return { findings: marked, problems: [...problems, ...teller.problems] };
  };
}

/** What a run says of ignores, each once. */
class Teller {
  readonly problems: Problem[] = [];
  private readonly run: AuditRun;
  private readonly told = new Set<string>();

  constructor(run: AuditRun) {
    this.run = run;
  }

  tell({ at }: Ignore, message: string): void {
    const problem = noticeAt(this.run, at, message);
    const key = `${problem.subject} ${message}`;
    if (!this.told.has(key)) this.problems.push(problem);
    this.told.add(key);
  }

  tellUnused(ignore: Ignore, needed: ReadonlySet<string>, asked: (check: string) => boolean): void {
    const { listing } = this.run.graph;
    // One file alone does not show what it gives rise to among the others. Other tools' ignores serve them too.
    if (ignore.by !== 'ignore' || (listing.base !== '' && listing.entries.length === 1)) return;
    for (const [name, checks] of ignore.checks) {
      if (checks.length === 0 || !checks.some(asked) || needed.has(keyOf(ignore, name))) continue;
      this.tell(ignore, `this ignore hides nothing: ${name} finds nothing where it holds; take it out`);
    }
  }
}

/** A notice about a place in a source. */
export function noticeAt(run: AuditRun, at: Location, message: string): Problem {
  const source = run.sources.get(at.source);
  const text = source && 'text' in source ? source.text : '';
  const line = text.slice(0, at.start).split('\n').length;
  return {
    stage: 'policy',
    subject: text === '' ? at.source : `${at.source}:${line}`,
    message,
    sort: 'notice',
    expected: true,
  };
}

function keyOf({ at }: Ignore, name: string): string {
  return `${at.source}\0${at.start}\0${name}`;
}

class Marker {
  /** Names of ignores that are needed by something. */
  readonly needed = new Set<string>();
  private readonly byCheck = new Map<string, { readonly ignore: Ignore; readonly name: string }[]>();
  private readonly settings: IgnoreSettings;
  private readonly run: AuditRun;
  private readonly teller: Teller;

  constructor(ignores: readonly Ignore[], settings: IgnoreSettings, run: AuditRun, teller: Teller) {
    this.settings = settings;
    this.run = run;
    this.teller = teller;
    for (const ignore of ignores) {
      for (const [name, checks] of ignore.checks) {
        for (const check of checks)
          this.byCheck.set(check, [...(this.byCheck.get(check) ?? []), { ignore, name }]);
      }
    }
  }

  /** The finding, or what is covered of a folded one apart from the rest. */
  mark(finding: Finding): readonly Finding[] {
    const rows = this.byCheck.get(finding.check);
    if (!rows || !/^(fail|unknown|error)$/.test(finding.state)) return [finding];
    const members = finding.members ?? [finding];
    const covering = new Map(members.map((member) => [member, this.covering(member, rows)]));
    const [first] = [...covering.values()].filter((ignore) => ignore !== undefined);
    // What could not be told may need its ignore once it can be.
    if (!first || finding.state !== 'fail' || finding.suppressed) return [finding];
    if (this.isDenied(finding)) {
      this.teller.tell(first, `this ignore does not count: the policy allows none for ${finding.check} here`);
      return [finding];
    }
    const { part, rest } = divided(finding, (member) => covering.get(member) !== undefined);
    return [...(part ? [hiddenBy(first, part)] : []), ...(rest ? [rest] : [])];
  }

  private covering(
    { at, resource }: Finding,
    rows: readonly { readonly ignore: Ignore; readonly name: string }[],
  ): Ignore | undefined {
    const head = this.run.graph.get(resource.id)?.at;
    const fitting = rows.filter(({ ignore }) => ignore.covers(at, head));
    for (const { ignore, name } of fitting) this.needed.add(keyOf(ignore, name));
    return fitting[0]?.ignore;
  }

  private isDenied({ check, severity }: Finding): boolean {
    const { checks, severities } = this.settings.denyFor;
    return checks.includes(check) || severities.includes(severity);
  }
}

function hiddenBy({ by, reason, owner, until, at }: Ignore, finding: Finding): Finding {
  return {
    ...finding,
    suppressed: {
      by,
      reason,
      ...(owner === undefined ? {} : { owner }),
      ...(until === undefined ? {} : { expires: until }),
      at,
    },
  };
}
