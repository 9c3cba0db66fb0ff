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
    for (const ignore of counting) teller.tellUnused(ignore, marker.unneeded(ignore), asked);
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

  tellUnused(ignore: Ignore, names: readonly string[], asked: (check: string) => boolean): void {
    const { listing } = this.run.graph;
    // One file alone does not show what it gives rise to among the others. Other tools' ignores serve them too.
    if (ignore.by !== 'ignore' || (listing.base !== '' && listing.entries.length === 1)) return;
    for (const name of names) {
      if (ignore.checks.get(name)?.some(asked))
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

/** One name of an ignore, and whether anything needs it. */
interface Row {
  readonly ignore: Ignore;
  readonly name: string;
  needed: boolean;
}

class Marker {
  private readonly rows = new Map<Ignore, readonly Row[]>();
  /** By the check, and by the file that a comment stands in. */
  private readonly byPlace = new Map<string, Row[]>();
  /** By the id of a known flaw. */
  private readonly flaws = new Map<string, Ignore[]>();
  private readonly settings: IgnoreSettings;
  private readonly run: AuditRun;
  private readonly teller: Teller;

  constructor(ignores: readonly Ignore[], settings: IgnoreSettings, run: AuditRun, teller: Teller) {
    this.settings = settings;
    this.run = run;
    this.teller = teller;
    for (const ignore of ignores) this.add(ignore);
  }

  private add(ignore: Ignore): void {
    const { advisory, checks, at, everywhere } = ignore;
    if (advisory !== undefined) this.flaws.set(advisory, [...(this.flaws.get(advisory) ?? []), ignore]);
    const rows = [...checks.keys()].map((name) => ({ ignore, name, needed: false }));
    this.rows.set(ignore, rows);
    for (const row of rows) {
      for (const check of checks.get(row.name) ?? []) {
        const key = `${check}\0${everywhere ? '' : at.source}`;
        const known = this.byPlace.get(key);
        if (known) known.push(row);
        else this.byPlace.set(key, [row]);
      }
    }
  }

  /** Names of an ignore that nothing needed. */
  unneeded(ignore: Ignore): readonly string[] {
    return (this.rows.get(ignore) ?? []).filter(({ needed }) => !needed).map(({ name }) => name);
  }

  /** The finding, or what is covered of a folded one apart from the rest. */
  mark(finding: Finding): readonly Finding[] {
    if (!/^(fail|unknown|error)$/.test(finding.state)) return [finding];
    const members = finding.members ?? [finding];
    const covering = new Map(members.map((member) => [member, this.covering(member)]));
    const [first = this.coveringFlaws(finding)] = [...covering.values()].filter((one) => one !== undefined);
    // What could not be told may need its ignore once it can be.
    if (!first || finding.state !== 'fail' || finding.suppressed) return [finding];
    if (this.isDenied(finding)) {
      this.teller.tell(first, `this ignore does not count: the policy allows none for ${finding.check} here`);
      return [finding];
    }
    const byFlaws = [...covering.values()].every((one) => one === undefined);
    const { part, rest } = divided(finding, (member) => byFlaws || covering.get(member) !== undefined);
    return [...(part ? [hiddenBy(first, part)] : []), ...(rest ? [rest] : [])];
  }

  private covering({ check, at, resource }: Finding): Ignore | undefined {
    const head = this.run.graph.get(resource.id)?.at;
    let first: Ignore | undefined;
    for (const source of new Set([at.source, head?.source ?? '', ''])) {
      for (const row of this.byPlace.get(`${check}\0${source}`) ?? []) {
        if ((first && row.needed) || !row.ignore.covers(at, head)) continue;
        row.needed = true;
        first ??= row.ignore;
      }
    }
    return first;
  }

  /** Of a package with known flaws: one of the ignores, where each flaw has one. */
  private coveringFlaws({ resource, at }: Finding): Ignore | undefined {
    if (this.flaws.size === 0 || !resource.kind.startsWith('package.')) return undefined;
    const about = this.run.graph.get(resource.id);
    if (!about) return undefined;
    const advisories = this.run.graph.in(about, 'affects', 'package.advisory').items;
    const found = advisories.map(({ ids }) =>
      ids
        .flatMap((id) => this.flaws.get(id.toUpperCase()) ?? [])
        .find((ignore) => ignore.covers(at, undefined)),
    );
    return found.every((ignore) => ignore !== undefined) ? found[0] : undefined;
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
