import {
  type Confidence,
  type Graph,
  known,
  type Resource,
  type Severity,
  type Step,
} from '../../src/check.ts';

type Dependency = Resource<'package.dependency'>;
type Advisory = Resource<'package.advisory'>;

/** What a package's flaws make of it, the worst first: each package is reported under one of these. */
export type Danger = 'malicious' | 'exploited' | 'deserialization' | 'flawed';

/** The flaws of what is installed or asked for; undetermined without data to look them up in. */
export function advisoriesFor(
  resource: Dependency | Resource<'package.requirement'>,
  graph: Graph,
): readonly Advisory[] {
  known(resource.judged);
  return flawsOf(resource, graph);
}

const memory = new WeakMap<Graph, ReadonlyMap<string, readonly Advisory[]>>();

/** Few of many packages have any, and several checks ask, so they are found from the advisories' side, once. */
function flawsOf({ id }: { readonly id: string }, graph: Graph): readonly Advisory[] {
  const known = memory.get(graph) ?? affectedIn(graph);
  memory.set(graph, known);
  return known.get(id) ?? [];
}

function affectedIn(graph: Graph): ReadonlyMap<string, readonly Advisory[]> {
  const found = new Map<string, Advisory[]>();
  for (const advisory of graph.all('package.advisory').items) {
    const dependencies = graph.out(advisory, 'affects', 'package.dependency').items;
    const requirements = graph.out(advisory, 'affects', 'package.requirement').items;
    for (const { id } of [...dependencies, ...requirements]) {
      const list = found.get(id);
      if (list) list.push(advisory);
      else found.set(id, [advisory]);
    }
  }
  return found;
}

/** Whether a package is to be reported under this danger, or may be: nothing is known of it yet. */
export function isOfDanger(dependency: Dependency, graph: Graph, danger: Danger): boolean {
  if (dependency.scope === 'example') return false;
  const advisories = flawsOf(dependency, graph);
  return advisories.length === 0 || dangerOf(advisories) === danger;
}

export function dangerOf(advisories: readonly Advisory[]): Danger {
  if (advisories.some(isMalicious)) return 'malicious';
  if (advisories.some(({ exploited }) => exploited !== null)) return 'exploited';
  return advisories.some(({ cwe }) => cwe.includes('502')) ? 'deserialization' : 'flawed';
}

/** Harmful on purpose: malicious code (506), hidden functions (912). Too grave a word for a doubtful record. */
export function isMalicious({ cwe, doubt }: Advisory): boolean {
  return doubt === null && (cwe.includes('506') || cwe.includes('912'));
}

/** The worst rating of several flaws. A doubtful record never counts for more than medium. */
export function worst(advisories: readonly Advisory[]): { severity: Severity; confidence: Confidence } {
  const rated = advisories.map((advisory) => ({ rank: rankOf(advisory), sure: advisory.doubt === null }));
  const rank = Math.max(...rated.map((one) => one.rank));
  const sure = rated.some((one) => one.sure && one.rank === rank);
  return { severity: severities[rank] ?? 'medium', confidence: sure ? 'high' : 'low' };
}

/** One step down, for what only developers' machines run. */
export function lowered(severity: Severity): Severity {
  return severities[Math.max(severities.indexOf(severity) - 1, 0)] ?? 'low';
}

/** "CVE-1, CVE-2 and 3 more", the worst first. */
export function idsOf(advisories: readonly Advisory[]): string {
  const sorted = [...advisories].sort((a, b) => rankOf(b) - rankOf(a) || (a.id < b.id ? -1 : 1));
  const ids = sorted.map((advisory) => advisory.ids[0] ?? advisory.id);
  const shown = ids.slice(0, 4).join(', ');
  return ids.length > 4 ? `${shown} and ${ids.length - 4} more` : shown;
}

/** What to add to ids of some flaws for those that are not named. */
export function others(count: number): string {
  return count > 0 ? `, and ${count} other known ${count === 1 ? 'flaw' : 'flaws'}` : '';
}

/** "4.17.21 is the lowest version without a known flaw", as far as the data goes. */
export function wayOut({ lowestSafe }: Dependency): string {
  if (lowestSafe === null) return 'no version without a known flaw is recorded';
  return `${lowestSafe} is the lowest version without a known flaw`;
}

/** How the package comes in, for a finding's path. */
export function chainOf({ chain }: Dependency): readonly Step[] {
  return chain.map(({ name, at }, index) => ({
    at,
    note: index === 0 ? `the project asks for ${name}` : `which needs ${name}`,
  }));
}

/** A command that shows why the package is there; none for a name that a shell would not take as it is. */
export function explainCommand({ name }: Dependency): { witness: string } | Record<never, never> {
  return /^[@\w./+-]+$/.test(name) ? { witness: `npm explain ${name}` } : {};
}

const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

function rankOf({ rating, doubt }: Advisory): number {
  const rank = severities.indexOf(rating ?? 'medium');
  return doubt === null ? rank : Math.min(rank, 1);
}
