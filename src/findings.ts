import { createHash } from 'node:crypto';
import type { Edit, Fault, Risk, Severity } from './check.ts';
import type { Answer } from './engine.ts';
import { exposureOf } from './facts/exposure.ts';
import { inScope } from './facts/weight.ts';
import type { Finding, Subject } from './finding.ts';
import type { Graph } from './graph.ts';
import { Owners } from './identity.ts';
import type { Resource } from './model/resource.ts';
import { isForDevelopment } from './model/scope.ts';
import type { Unknown } from './model/value.ts';
import type { Source } from './source.ts';

/** Answers as findings: hardening folded per file, unknowns folded by cause, fingerprinted, in a fixed order. */
export function findingsOf(
  answers: readonly Answer[],
  graph: Graph,
  sources: ReadonlyMap<string, Source> = new Map(),
): readonly Finding[] {
  const found = answers.flatMap((answer) =>
    raw(answer).map((one) => inContext(one, answer.question.resource, graph)),
  );
  const folded = [
    ...foldBy(found.filter(isFolded), foldKey, merge),
    ...foldBy(
      found.filter((one) => !isFolded(one)),
      sameKey,
      mergeSame,
    ),
  ];
  return fingerprinted(folded.sort(byPlace), new Owners(graph, sources));
}

/** The order of every output: by source, then place, then check. */
function byPlace(left: Finding, right: Finding): number {
  return (
    compare(left.at.source, right.at.source) ||
    left.at.start - right.at.start ||
    compare(left.check, right.check) ||
    compare(left.resource.id, right.resource.id) ||
    compare(left.message, right.message)
  );
}

/** Code-unit order, which no locale changes. */
function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

interface Raw extends Finding {
  readonly discriminator?: string;
}

function raw(answer: Answer): readonly Raw[] {
  const { question, verdict } = answer;
  const base = baseOf(answer);
  switch (verdict.outcome) {
    case 'fail':
      return verdict.faults.map((fault) => ofFault(base, fault));
    case 'unknown':
      return [...verdict.faults.map((fault) => ofFault(base, fault)), ofBlockers(base, verdict.blockers)];
    case 'error':
      return [
        ...verdict.faults.map((fault) => ofFault(base, fault)),
        { ...base, state: 'error', message: verdict.error.message },
      ];
    default:
      return [{ ...base, state: verdict.outcome, message: question.check.title }];
  }
}

function baseOf({ question: { id, check, resource } }: Answer): Raw {
  return {
    check: id,
    state: 'fail',
    severity: check.severity,
    baseSeverity: check.severity,
    confidence: check.confidence,
    tier: check.tier,
    risk: check.risk,
    title: check.title,
    message: check.title,
    resource: subject(resource),
    at: resource.at,
    fingerprint: '',
    looseFingerprint: '',
  };
}

function ofFault(base: Raw, fault: Fault): Raw {
  const { message, at, severity = base.severity, confidence = base.confidence, discriminator } = fault;
  const { path, witness, edits } = fault;
  return {
    ...base,
    message,
    at,
    severity,
    baseSeverity: severity,
    confidence,
    ...(path && path.length > 0 ? { path } : {}),
    ...(witness === undefined ? {} : { witness }),
    ...(edits ? { edits } : {}),
    ...(discriminator === undefined ? {} : { discriminator }),
  };
}

function ofBlockers(base: Raw, blockers: readonly Unknown[]): Raw {
  const reasons = [...new Set(blockers.map(({ reason }) => reason))].sort();
  return { ...base, state: 'unknown', message: `Cannot tell: ${reasons.join('; ')}`, blockers };
}

/** Risks that grow with every stranger who can try them; other checks weigh reach by themselves. */
const growing: ReadonlySet<Risk> = new Set(['outdated-component', 'known-vulnerability']);

/**
 * Adds who can reach the subject. Reach from the internet makes a known flaw one step graver, but never critical, and
 * neither where it is doubtful that there is one, nor in an example or what developers start for themselves.
 */
function inContext(finding: Raw, resource: Resource, graph: Graph): Raw {
  if (finding.state !== 'fail') return finding;
  const exposure = exposureOf(resource, graph);
  const seen = exposure ? { ...finding, exposure } : finding;
  if (!isInEarnest(finding.at, graph.listing)) return asExample(seen, resource, graph);
  const raised = raisedSeverity[finding.severity];
  const isGrave = exposure?.level === 'internet' && finding.confidence !== 'low';
  if (!isGrave || !raised || !finding.risk.some((risk) => growing.has(risk))) return seen;
  const severityWhy = `${finding.severity} raised to ${raised}: the internet reaches ${resource.name}`;
  return { ...seen, severity: raised, severityWhy };
}

/** Families whose resources know of no scope are weighed here; the checks of the others do it by themselves. */
function asExample(finding: Raw, { kind }: Resource, { listing }: Graph): Raw {
  if (!kind.startsWith('nginx.')) return finding;
  const scope = listing.isAside(finding.at.source) ? 'example' : 'development';
  const severity = inScope(finding.severity, scope);
  if (severity === finding.severity) return finding;
  const reason = scope === 'example' ? 'it stands in an example' : 'developers start it for themselves';
  return { ...finding, severity, severityWhy: `${finding.severity} lowered to ${severity}: ${reason}` };
}

function isInEarnest({ source }: Finding['at'], { isAside, base }: Graph['listing']): boolean {
  return !isAside(source) && !isForDevelopment(source, base);
}

const raisedSeverity: Readonly<Partial<Record<Severity, Severity>>> = {
  medium: 'high',
  low: 'medium',
  info: 'low',
};

function subject({ kind, id, name }: Resource): Subject {
  return { kind, id, name };
}

function isFolded({ state, tier }: Finding): boolean {
  return state === 'unknown' || (state === 'fail' && tier === 'hardening');
}

function foldKey({ state, check, at, message }: Raw): string {
  return state === 'unknown' ? `${check}\n${message}` : `${check}\n${at.source}`;
}

/** One statement that several resources share (inherited, included) is one finding about all of them. */
function sameKey({ state, check, at, message, resource, discriminator = '' }: Raw): string {
  const who = state === 'fail' && at.end > at.start ? '' : resource.id;
  return [state, who, check, at.source, at.start, at.end, discriminator, message].join('\0');
}

function mergeSame(group: readonly Raw[]): Raw {
  const gravest = group.reduce((worst, one) => (rank(one) < rank(worst) ? one : worst));
  const resources = [...new Map(group.map(({ resource }) => [resource.id, resource])).values()];
  if (resources.length === 1) return gravest;
  const { edits: _, ...rest } = gravest;
  // What mends it for one of them and not for the other mends nothing.
  const agreed = group.every(({ edits }) => JSON.stringify(edits) === JSON.stringify(gravest.edits))
    ? gravest.edits
    : undefined;
  return { ...rest, resources, ...(agreed ? { edits: agreed } : {}) };
}

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

function rank({ severity }: Raw): number {
  return order.indexOf(severity);
}

function merge<T extends Finding>(group: readonly T[]): T {
  const sorted = [...group].sort(byPlace);
  const [first] = sorted;
  if (!first) throw new Error('an empty group cannot be merged');
  if (sorted.length === 1) return first;
  const resources = sorted.map(({ resource }) => resource);
  if (first.state === 'unknown') return { ...first, resources, members: sorted };
  const others = new Set(resources.map(({ id }) => id)).size - 1;
  const more = others > 0 ? ` (and ${others} more in this file)` : '';
  // Folded into one they are mended as one, if each of them can be.
  const edits = sorted.every((one) => (one.edits ?? []).length > 0)
    ? distinct(sorted.flatMap((one) => one.edits ?? []))
    : [];
  return { ...first, message: `${first.message}${more}`, resources, members: sorted, edits };
}

function distinct(edits: readonly Edit[]): readonly Edit[] {
  return [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
}

function foldBy<T>(items: readonly T[], key: (item: T) => string, join: (group: readonly T[]) => T): T[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()].map(join);
}

/**
 * Check, path, whose it is, discriminator and an ordinal among equals; a folded finding hashes check and file. The
 * loose one leaves the path out, also where names hold it, and is of the names of all subjects of a folded one.
 */
function fingerprinted(findings: readonly Raw[], owners: Owners): readonly Finding[] {
  const seen = new Map<string, number>();
  return findings.map(({ discriminator = '', ...finding }) => {
    const { check, at, resource, resources = [resource], state, message } = finding;
    const folded = isFolded(finding);
    const owner = folded ? '' : owners.of(at, resources);
    const what = state === 'unknown' ? [message] : folded ? [] : [owner, discriminator];
    const kind = state === 'fail' ? '' : state;
    const identity = [kind, check, at.source, ...what].join('\0');
    const ordinal = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, ordinal);
    const names = resources.map(({ id }) => withoutPath(id, at.source)).sort();
    const loose = folded ? names : [withoutPath(owner, at.source), discriminator];
    return {
      ...finding,
      fingerprint: digestOf([identity, String(ordinal)]),
      looseFingerprint: digestOf([kind, check, ...loose]),
    };
  });
}

function digestOf(parts: readonly string[]): string {
  return `v1:${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)}`;
}

/** Names hold the file or the folder of what they name: `nginx.server:web/a.conf#x`, `compose.service:web#db`. */
function withoutPath(id: string, source: string): string {
  const folder = source.slice(0, source.lastIndexOf('/') + 1);
  const named = folder === '' ? '.' : folder.slice(0, -1);
  return id
    .replaceAll(source, '')
    .split(':')
    .map((part) => {
      if (folder !== '' && part.startsWith(folder)) return part.slice(folder.length);
      return part.startsWith(`${named}#`) ? part.slice(named.length) : part;
    })
    .join(':');
}

/** A folded finding in two: of the members that fit, and of the others, which keeps the fingerprint. */
export function divided(
  finding: Finding,
  fits: (member: Finding) => boolean,
): { readonly part?: Finding; readonly rest?: Finding } {
  const members = finding.members ?? [finding];
  const inside = members.filter(fits);
  if (inside.length === members.length) return { part: finding };
  if (inside.length === 0) return { rest: finding };
  const { fingerprint, looseFingerprint, severity } = finding;
  const names = inside.map(({ resource }) => resource.id).sort();
  const compared = finding.new === undefined ? {} : { new: finding.new };
  const alike = (group: readonly Finding[]) => ({
    ...merge(group),
    severity,
    looseFingerprint,
    ...compared,
  });
  return {
    part: { ...alike(inside), fingerprint: digestOf([fingerprint, ...names]) },
    rest: { ...alike(members.filter((one) => !inside.includes(one))), fingerprint },
  };
}
