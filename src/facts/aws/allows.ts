import type { Policy, Statement, Word } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { isAlwaysTrue } from './conditions.ts';
import { actionMatches, globMatches } from './glob.ts';

/** `conditional`: allowed, but only under a condition that may hold. */
export type Access = 'yes' | 'conditional' | 'no';

export interface Decision {
  readonly access: Access;
  /** Where the action is allowed. */
  readonly at: Location | undefined;
}

/** Who asks: what is known of them settles variables in policies. */
export interface Asker {
  readonly username: string | null;
}

/**
 * Whether the statements together allow an action on a resource: the union of Allow minus unconditional Deny.
 * A Deny that holds only sometimes takes nothing away for certain and is passed over. Without an asker a variable in
 * a resource stands for nobody; with one, a variable that cannot be settled may stand for the resource.
 */
export function decide(
  statements: readonly Statement[],
  action: string,
  resource: string,
  asker?: Asker,
): Decision {
  let found: Decision = { access: 'no', at: undefined };
  for (const statement of statements) {
    const { access, at } = given(statement, action, resource, asker);
    if (statement.effect === 'Deny') {
      if (access === 'yes') return { access: 'no', at: undefined };
    } else if (rank[access] > rank[found.access]) found = { access, at };
  }
  return found;
}

const rank: Readonly<Record<Access, number>> = { no: 0, conditional: 1, yes: 2 };

/** Whether one statement, whatever its effect, is about the action on the resource. */
function given(statement: Statement, action: string, resource: string, asker: Asker | undefined): Decision {
  const word = actionWord(statement, action);
  const reach = word ? reaches(statement, resource, asker) : 'no';
  if (!word || reach === 'no') return { access: 'no', at: undefined };
  const isCertain = reach === 'yes' && statement.conditions.every(isAlwaysTrue);
  return { access: isCertain ? 'yes' : 'conditional', at: word.at };
}

export function allows(
  statements: readonly Statement[],
  action: string,
  resource: string,
  asker?: Asker,
): Access {
  return decide(statements, action, resource, asker).access;
}

export function statementsOf(policies: readonly Policy[]): readonly Statement[] {
  return policies.flatMap(({ statements }) => statements);
}

/** The string of the statement that takes the action in; for NotAction the first of what it leaves out. */
export function actionWord({ actions, notActions, at }: Statement, action: string): Word | undefined {
  if (actions) return actions.find(({ value }) => actionMatches(value, action));
  if (!notActions || notActions.some(({ value }) => actionMatches(value, action))) return undefined;
  return notActions[0] ?? { value: '', at };
}

export function coversAction(statement: Statement, action: string): boolean {
  return actionWord(statement, action) !== undefined;
}

function reaches({ resources, notResources }: Statement, resource: string, asker: Asker | undefined): Reach {
  if (resources) return strongest(resources.map((pattern) => matches(pattern, resource, asker)));
  // Trust and bucket policies may leave the resource out: then it is the thing they stand on.
  if (!notResources) return 'yes';
  const spared = strongest(notResources.map((pattern) => matches(pattern, resource, asker)));
  return spared === 'yes' ? 'no' : spared === 'maybe' ? 'maybe' : 'yes';
}

type Reach = 'yes' | 'maybe' | 'no';

function strongest(all: readonly Reach[]): Reach {
  return all.includes('yes') ? 'yes' : all.includes('maybe') ? 'maybe' : 'no';
}

const variable = /\$\{[^}]*\}/g;

function matches(pattern: string, resource: string, asker: Asker | undefined): Reach {
  const name = asker?.username;
  const settled = inPartition(pattern).replaceAll(/\$\{aws:username\}/gi, (whole) => name ?? whole);
  if (!settled.includes('${')) return globMatches(settled, inPartition(resource)) ? 'yes' : 'no';
  if (!asker || /\$\{aws:username\}/i.test(settled)) return 'no';
  return globMatches(settled.replace(variable, '*'), inPartition(resource)) ? 'maybe' : 'no';
}

/** Arns of the Chinese and government partitions are compared as those of the first. */
function inPartition(arn: string): string {
  return arn.startsWith('arn:aws-') ? arn.replace(/^arn:aws-[a-z-]+:/, 'arn:aws:') : arn;
}

/** A name that no real resource has: a pattern that takes it in takes in any. */
const anything = 'hardpan-any-name';

/** Services whose arns have no region. */
const global: Readonly<Record<string, string>> = { iam: '', sts: '', organizations: '' };

/** An arn of the service that only a pattern for everything of its kind takes in. */
export function anyArn(service: string, account: string, type: string): string {
  if (service === 's3') return `arn:aws:s3:::${anything}/${anything}`;
  const region = global[service] ?? 'eu-hardpan-1';
  return `arn:aws:${service}:${region}:${account}:${type}${/[:/]$/.test(type) ? '' : '/'}${anything}`;
}

/** What a principal needs to make itself anything: whoever may do these everywhere is an administrator. */
const powers: readonly (readonly [action: string, type: string])[] = [
  ['iam:CreatePolicyVersion', 'policy'],
  ['iam:PutRolePolicy', 'role'],
  ['iam:PutUserPolicy', 'user'],
  ['iam:AttachUserPolicy', 'user'],
  ['iam:AttachRolePolicy', 'role'],
  ['iam:CreateAccessKey', 'user'],
  ['iam:UpdateAssumeRolePolicy', 'role'],
];

/** Whether the statements amount to full administration of the account, by what they allow and not by how it is written. */
export function administers(statements: readonly Statement[], account: string): Decision {
  let found: Decision | undefined;
  for (const [action, type] of powers) {
    const decision = decide(statements, action, anyArn('iam', account, type));
    if (decision.access === 'no') return decision;
    if (!found || (found.access === 'yes' && decision.access === 'conditional')) found = decision;
  }
  return found ?? { access: 'no', at: undefined };
}
