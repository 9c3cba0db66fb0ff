import { dayFault, isOver } from './day.ts';
import { hint } from './nearest.ts';
import type { Policy } from './policy.ts';

/** A fact as it is declared: what holds, who says so, until when. */
interface Fact {
  readonly value: unknown;
  readonly owner?: string;
  readonly expires?: string;
}

/** A declared fact with the file that declares it. */
export interface Declaration {
  readonly given: unknown;
  /** The value as written, where it is one word. */
  readonly raw: string | undefined;
  readonly at: string;
}

const exposures: readonly string[] = ['internet', 'lan', 'private', 'none'];

/** What is wrong with a fact that the schema cannot tell. */
export function factFault(name: string, given: unknown, raw: string | undefined): string | undefined {
  const { value, expires } = factOf(given);
  return (
    (expires === undefined ? undefined : dayFault(expires)) ?? valueFault(name, value, raw ?? String(value))
  );
}

function valueFault(name: string, value: unknown, text: string): string | undefined {
  if (name === 'trustedNetworks') {
    const wrong = Array.isArray(value) ? value.find((item) => !isRange(String(item))) : text;
    if (wrong === undefined) return undefined;
    return Array.isArray(value)
      ? `${String(wrong)} is no address range; give one as 10.0.0.0/8`
      : 'trustedNetworks must be a list of address ranges, as [10.0.0.0/8]';
  }
  if (Array.isArray(value)) return `${name} must be one word, not a list`;
  if (name === 'hostExposure' && !exposures.includes(text))
    return `hostExposure cannot be ${text}${hint(text, exposures, `; it is ${exposures.join(', ')}`)}`;
  if (name === 'nginxVersion' && !/^\d+\.\d+(\.\d+)?$/.test(text))
    return `nginxVersion cannot be ${text}; give it as 1.27.3`;
  return undefined;
}

function isRange(text: string): boolean {
  const [, fourth] = /^(?:\d{1,3}\.){3}\d{1,3}\/(\d{1,2})$/.exec(text) ?? [];
  if (fourth !== undefined)
    return Number(fourth) <= 32 && text.split(/[./]/).every((part) => Number(part) <= 255);
  const [, sixth] = /^[0-9a-f:]*:[0-9a-f:]*\/(\d{1,3})$/i.exec(text) ?? [];
  return sixth !== undefined && Number(sixth) <= 128;
}

/** The facts that hold today, in words too; expired ones are told of. A fact that is denied is not declared. */
export function declaredFacts(
  declarations: ReadonlyMap<string, Declaration>,
  now: number,
): Pick<Policy, 'facts' | 'declared' | 'notices'> {
  const facts: Record<string, unknown> = {};
  const declared: string[] = [];
  const notices: { subject: string; message: string }[] = [];
  for (const [name, { given, raw, at }] of declarations) {
    const { value, owner, expires } = factOf(given);
    if (value === false) continue;
    if (expires !== undefined && isOver(expires, now)) {
      notices.push({
        subject: at,
        message: `the declared fact ${name} expired on ${expires} and does not count`,
      });
      continue;
    }
    facts[name] = Array.isArray(value) || typeof value === 'boolean' ? value : (raw ?? String(value));
    const terms = [owner, expires === undefined ? undefined : `until ${expires}`].filter(
      (term) => term !== undefined,
    );
    declared.push(`${name}: ${String(facts[name])}${terms.length > 0 ? ` (${terms.join(', ')})` : ''}`);
  }
  return { facts, declared, notices };
}

function factOf(given: unknown): Fact {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && 'value' in given
    ? given
    : { value: given };
}
