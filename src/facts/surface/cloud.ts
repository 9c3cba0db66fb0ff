import type { Graph } from '../../graph.ts';
import type { Principal } from '../../model/aws.ts';
import type { Resource } from '../../model/resource.ts';
import { known, valueIfKnown } from '../../model/value.ts';
import { administers, statementsOf } from '../aws/allows.ts';
import { aclsApply, blocks, publicGrants, publicStatements, readActions, writeActions } from '../aws/s3.ts';
import { accountOf, assuming } from '../aws/trust.ts';
import { facts, type SurfaceEntry, told } from './entry.ts';

/** Buckets with who may read and write them, and principals that can do much or come from outside. */
export function cloudOf(graph: Graph): readonly SurfaceEntry[] {
  return [
    ...graph.all('s3.bucket').items.map((bucket) => bucketEntry(bucket, graph)),
    ...graph.all('iam.principal').items.flatMap((principal) => principalEntry(principal, graph)),
  ];
}

function bucketEntry(bucket: Resource<'s3.bucket'>, graph: Graph): SurfaceEntry {
  return {
    kind: 'bucket',
    subject: bucket.name,
    facts: facts({
      read: told(() => everybody(bucket, graph, readActions, ['READ', 'FULL_CONTROL'])),
      write: told(() => everybody(bucket, graph, writeActions, ['WRITE', 'FULL_CONTROL', 'WRITE_ACP'])),
      versions: told(() => (known(bucket.versioning) === 'Enabled' ? 'kept' : 'not kept')),
      copies: told(() => (known(bucket.replicates) ? 'replicated' : 'none')),
    }),
  };
}

function everybody(
  bucket: Resource<'s3.bucket'>,
  graph: Graph,
  actions: readonly string[],
  permissions: readonly string[],
): string {
  const policy = known(bucket.policy);
  const open = policy === null ? [] : publicStatements(policy, actions);
  const byPolicy = open.length > 0 && !blocks(bucket, graph, 'RestrictPublicBuckets');
  const grants = publicGrants(known(bucket.acl), permissions);
  const byAcl = grants.length > 0 && aclsApply(bucket) && !blocks(bucket, graph, 'IgnorePublicAcls');
  const ways = [...(byPolicy ? ['its policy'] : []), ...(byAcl ? ['its ACL'] : [])];
  return ways.length === 0 ? 'named principals' : `everybody, by ${ways.join(' and ')}`;
}

/** Told of when it administers the account, or when somebody from outside the account can become it. */
function principalEntry(principal: Resource<'iam.principal'>, graph: Graph): readonly SurfaceEntry[] {
  const role = graph.all('iam.role').items.find(({ arn }) => arn === principal.arn);
  const outsiders = role ? told(() => outsidersOf(known(role.trust), principal.account)) : '';
  const may = told(() => powerOf(principal));
  if (outsiders === '' && may !== 'administer the account') return [];
  return [
    {
      kind: 'principal',
      subject: principal.name,
      facts: facts({ may, 'assumed by': outsiders }),
    },
  ];
}

function powerOf({ grants, account, boundary }: Resource<'iam.principal'>): string {
  const documents = grants.items.map(({ document }) => valueIfKnown(document));
  const seen = statementsOf(documents.filter((one) => one !== undefined));
  const { access } = administers(seen, account);
  if (access === 'yes' && known(boundary) === null) return 'administer the account';
  if (grants.missing.length > 0 || documents.includes(undefined)) return 'cannot be told';
  return access === 'no' ? 'what its policies name' : 'administer under conditions';
}

function outsidersOf(trust: Parameters<typeof assuming>[0], account: string): string {
  const named = assuming(trust)
    .flatMap(({ principals }) => principals ?? [])
    .filter((one) => isOutside(one, account))
    .map(({ type, value }) => (type === 'Federated' ? value.slice(value.lastIndexOf('/') + 1) : value));
  return [...new Set(named)].sort().join(', ');
}

function isOutside(principal: Principal, account: string): boolean {
  if (principal.type === 'Service') return false;
  if (principal.type === 'Federated' || principal.value === '*') return true;
  return accountOf(principal) !== account;
}
