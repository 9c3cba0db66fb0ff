import type { Graph } from './graph.ts';
import type { Severity } from './model/common.ts';
import type { Location } from './model/location.ts';
import type { Kind, Resource } from './model/resource.ts';

export type { Graph } from './graph.ts';
export type { Severity } from './model/common.ts';
export type { Location } from './model/location.ts';
export { wholeOf } from './model/location.ts';
export type { Kind, Resource } from './model/resource.ts';
export type { Many, Unknown, Value } from './model/value.ts';
export { every, filter, find, known, some, Undetermined, valueIfKnown } from './model/value.ts';

export type Confidence = 'high' | 'medium' | 'low';
/** `hardening` findings are folded per file; `style` is off unless a policy selects it. */
export type Tier = 'security' | 'hardening' | 'style';

export type Risk =
  | 'injection'
  | 'missing-authentication'
  | 'access-control'
  | 'unencrypted-transport'
  | 'unencrypted-storage'
  | 'data-exposure'
  | 'misconfiguration'
  | 'denial-of-service'
  | 'unsafe-deserialization'
  | 'tls'
  | 'outdated-component'
  | 'known-vulnerability'
  | 'supply-chain'
  | 'missing-backup'
  | 'missing-monitoring';

/**
 * File name → text. `«…»` marks what the finding must point at; the marks are not part of the text.
 * `@data/<key>` holds reference data as JSON, `@now` the date, `@facts` declared facts as JSON.
 */
export type Example = Readonly<Record<string, string | ExampleFile>>;

export interface ExampleFile {
  readonly text?: string;
  readonly base64?: string;
  readonly mode?: number;
  readonly tracked?: boolean;
  readonly ignored?: boolean;
  readonly link?: string;
}

export type ParamValue = string | number | boolean | readonly string[] | readonly number[];
export type Params = Readonly<Record<string, ParamValue>>;

/** One thing that is wrong, where it is written. */
export interface Fault {
  /** Names the value and says what follows; one sentence, no full stop. Never holds a secret's text. */
  readonly message: string;
  readonly at: Location;
  /** The other steps that lead there, in order. */
  readonly path?: readonly Step[];
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  /** The request, command or chain that demonstrates it. */
  readonly witness?: string;
  readonly edits?: readonly Edit[];
  /** Tells equal faults of one resource apart, by content rather than by place. */
  readonly discriminator?: string;
}

export interface Step {
  readonly at: Location;
  /** `inherited from`, `proxied to`, … */
  readonly note: string;
}

export interface Edit {
  readonly at: Location;
  readonly text: string;
  /** `unsafe` edits may change what the service does. */
  readonly safety: 'safe' | 'unsafe';
}

export interface CheckDefinition<K extends Kind, P extends Params> {
  readonly on: K | readonly K[];
  readonly title: string;
  readonly severity: Severity;
  /** Default: high. */
  readonly confidence?: Confidence;
  /** Default: security. */
  readonly tier?: Tier;
  readonly risk: Risk | readonly Risk[];
  /** What an attacker gains, or what breaks. */
  readonly why: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly references: readonly [string, ...string[]];
  /** `{ cwe: ['22'], 'owasp-2021': ['A01'] }` */
  readonly compliance?: Readonly<Record<string, readonly string[]>>;
  /** Other tools' ids for the same question: `{ gixy: ['alias_traversal'] }`. */
  readonly equivalents?: Readonly<Record<string, readonly string[]>>;
  /** Former ids. */
  readonly was?: readonly string[];
  /** Defaults; a policy may override each by a value of the same type. */
  readonly params?: P;
  readonly bad: readonly [Example, ...Example[]];
  readonly good: readonly [Example, ...Example[]];
  /** Inputs on which the honest answer is "cannot tell". */
  readonly unsure?: readonly [Example, ...Example[]];
  /** Whether the question makes sense for this resource; when it does not, the verdict is `not-applicable`. */
  applies?(resource: Resource<K>, graph: Graph): boolean;
  /** Pure and synchronous. Reading an unknown value through `known` ends the run as `unknown`. */
  run(resource: Resource<K>, graph: Graph, params: P): Iterable<Fault>;
}

/** A check with its types erased, which is all that the engine needs. */
export interface Check {
  readonly on: readonly Kind[];
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly tier: Tier;
  readonly risk: readonly Risk[];
  readonly title: string;
  readonly params: Params;
  applies?(resource: Resource, graph: Graph): boolean;
  run(resource: Resource, graph: Graph, params: Params): Iterable<Fault>;
  /** Absent in the program's bundle, which keeps them in a file of their own. */
  readonly doc?: CheckDoc;
}

/** The part of a check that only people and tests read. */
export type CheckDoc = Pick<
  CheckDefinition<Kind, Params>,
  'why' | 'remedy' | 'references' | 'compliance' | 'equivalents' | 'was' | 'bad' | 'good' | 'unsure'
>;

export function defineCheck<const K extends Kind, P extends Params = Record<never, never>>(
  definition: CheckDefinition<K, Widen<P>>,
): Check {
  const {
    on,
    risk,
    params,
    confidence = 'high',
    tier = 'security',
    severity,
    title,
    applies,
    run,
  } = definition;
  const { why, remedy, references, compliance, equivalents, was, bad, good, unsure } = definition;
  // The engine calls `run` only with resources whose kind is in `on`, and with params merged over these defaults.
  return {
    on: typeof on === 'string' ? [on] : on,
    risk: typeof risk === 'string' ? [risk] : risk,
    params: params ?? {},
    confidence,
    tier,
    severity,
    title,
    applies,
    run,
    doc: { why, remedy, references, compliance, equivalents, was, bad, good, unsure },
  } as unknown as Check;
}

type Widen<P> = {
  [N in keyof P]: P[N] extends string
    ? string
    : P[N] extends number
      ? number
      : P[N] extends boolean
        ? boolean
        : P[N];
};
