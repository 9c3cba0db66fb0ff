import type { Confidence, Risk, Severity } from '../check.ts';
import type { Catalogue, CheckFacts } from './file.ts';
import { fitsText } from './glob.ts';
import { hint } from './nearest.ts';
import { severities } from './policy.ts';

/** Ids of checks by control, by standard: what `control:` selectors go by. */
export type Mapping = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** The ids that a selector stands for, or what is wrong with it. */
export type Selected = { readonly ids: readonly string[] } | { readonly error: string };

type Test = (facts: CheckFacts, id: string) => boolean;

const forms =
  '*, an id, a pattern such as nginx/*, risk:, tier:, family:, severity>=, confidence>= or control:STANDARD/ID';

/** Finds the checks that a selector names. */
export function select(selector: string, catalogue: Catalogue, mapping: Mapping): Selected {
  const test = testOf(selector, catalogue, mapping);
  if (typeof test === 'string') return { error: test };
  return { ids: [...catalogue].filter(([id, facts]) => test(facts, id)).map(([id]) => id) };
}

function testOf(selector: string, catalogue: Catalogue, mapping: Mapping): Test | string {
  if (selector === '*') return () => true;
  const [, word, sign, value = ''] = /^([a-z]+)(:|>=|<=|=)(.*)$/s.exec(selector) ?? [];
  if (word === undefined || sign === undefined) return byId(selector, catalogue);
  if (word === 'severity') return byRank('severity', severities, sign, value);
  if (word === 'confidence') return byRank('confidence', confidences, sign, value);
  if (sign !== ':') return unknownForm(selector, word);
  switch (word) {
    case 'risk':
      return known('risk', value, risks) ?? (({ risk }) => risk.includes(value));
    case 'tier':
      return known('tier', value, tiers) ?? (({ tier }) => tier === value);
    case 'family':
      return known('family', value, familiesOf(catalogue)) ?? ((_, id) => familyOf(id) === value);
    case 'control':
      return byControl(value, catalogue, mapping);
    default:
      return unknownForm(selector, word);
  }
}

function unknownForm(selector: string, word: string): string {
  const words = ['risk', 'tier', 'family', 'severity', 'confidence', 'control'];
  return `${selector} selects nothing${hint(word, words, `; a selector is ${forms}`)}`;
}

function known(what: string, value: string, values: readonly string[]): string | undefined {
  if (values.includes(value)) return undefined;
  return `there is no ${what} ${value}${hint(value, values, `; there are ${values.join(', ')}`)}`;
}

/** An id, also a former one, or a pattern that fits at least one. */
function byId(pattern: string, catalogue: Catalogue): Test | string {
  const id = pattern.toLowerCase();
  if (id.includes('*')) {
    if ([...catalogue.keys()].some((name) => fitsText(id, name))) return (_, name) => fitsText(id, name);
    return `no check fits ${pattern}${hint(
      id,
      familiesOf(catalogue).map((family) => `${family}/*`),
    )}`;
  }
  if ([...catalogue].some(([name, { was }]) => name === id || was.includes(id)))
    return ({ was }, name) => name === id || was.includes(id);
  if (familiesOf(catalogue).includes(id)) return `there is no check ${pattern}; did you mean family:${id}?`;
  return `there is no check ${pattern}${hint(id, catalogue.keys(), ' (hardpan checks lists them)')}`;
}

const confidences: readonly Confidence[] = ['high', 'medium', 'low'];
const tiers: readonly string[] = ['security', 'hardening', 'style'];

function byRank<K extends 'severity' | 'confidence'>(
  what: K,
  order: readonly (Severity | Confidence)[],
  sign: string,
  value: string,
): Test | string {
  const least = order.findIndex((name) => name === value);
  if (least === -1)
    return `there is no ${what} ${value}${hint(value, order, `; there are ${order.join(', ')}`)}`;
  return (facts) => isRanked(order.indexOf(facts[what]), sign, least);
}

/** Of ranks that count from the gravest. */
function isRanked(rank: number, sign: string, bound: number): boolean {
  return sign === '>=' ? rank <= bound : sign === '<=' ? rank >= bound : rank === bound;
}

/** Whether a selector such as `severity>=high` covers a severity. */
export function selectsSeverity(selector: string, severity: Severity): boolean {
  const [, sign = '', value] = /^severity(>=|<=|=)(.*)$/.exec(selector) ?? [];
  return isRanked(
    severities.indexOf(severity),
    sign,
    severities.findIndex((name) => name === value),
  );
}

/** By the controls that policies map, and by what the checks say of themselves. */
function byControl(value: string, catalogue: Catalogue, mapping: Mapping): Test | string {
  const slash = value.indexOf('/');
  if (slash < 1) return `control:${value} needs a standard and a number, as control:cis-docker/4.1`;
  const standard = value.slice(0, slash);
  const number = value.slice(slash + 1);
  const mapped = mapping.get(standard) ?? new Map<string, readonly string[]>();
  const own = [...catalogue.values()].flatMap(({ compliance }) => compliance[standard] ?? []);
  const numbers = new Set([...mapped.keys(), ...own]);
  if (numbers.size === 0)
    return `there is no standard ${standard}${hint(standard, standardsOf(catalogue, mapping))}`;
  const fits = (other: string): boolean => fitsText(number, other);
  if (![...numbers].some(fits)) return `${standard} has no control ${number} here${hint(number, numbers)}`;
  const ids = new Set([...mapped].filter(([id]) => fits(id)).flatMap(([, checks]) => checks));
  return ({ compliance }, id) => ids.has(id) || (compliance[standard] ?? []).some(fits);
}

function standardsOf(catalogue: Catalogue, mapping: Mapping): readonly string[] {
  const own = [...catalogue.values()].flatMap(({ compliance }) => Object.keys(compliance));
  return [...new Set([...mapping.keys(), ...own])];
}

function familiesOf(catalogue: Catalogue): readonly string[] {
  return [...new Set([...catalogue.keys()].map(familyOf))];
}

function familyOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

const risks: readonly Risk[] = [
  'injection',
  'missing-authentication',
  'access-control',
  'unencrypted-transport',
  'unencrypted-storage',
  'data-exposure',
  'misconfiguration',
  'denial-of-service',
  'unsafe-deserialization',
  'tls',
  'outdated-component',
  'known-vulnerability',
  'supply-chain',
  'missing-backup',
  'missing-monitoring',
];
