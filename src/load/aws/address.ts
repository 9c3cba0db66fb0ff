import { get, type JsonNode, stringOf } from '../../lang/json.ts';
import { hasShape, type Operation, operations } from './calls.ts';
import { callOf, callWithName, isOfBucket, subjectOf } from './names.ts';

/** Which answer of which call a source holds. */
export interface Address {
  readonly operation: Operation;
  /** The bucket that it is about; `''` for the account, undefined when nothing tells. */
  readonly resource: string | undefined;
  /** The folder that holds all answers of one account; `aws:<account>` for live ones. */
  readonly folder: string;
}

/** Folders on the way that name a service or sort answers, and are no bucket. */
const services =
  /^(s3|s3api|s3control|iam|sts|backup|buckets?|account|global|policies|acls?|[a-z]{2}(-[a-z]+)+-\d)$/i;
const sorting = /^(aws|exports?|answers?|snapshots?|output|out|data|json)$/i;
const digits = /^\d{12}$/;

/**
 * Reads the address off the uri: `aws:<account>/<region>/<service>/<resource>/<Operation>`, or a path such as
 * `exports/111122223333/eu-west-1/s3/uploads/get-bucket-acl.json`; or else off the content. Undefined when neither
 * tells which call it was.
 */
export function addressOf(uri: string, root: JsonNode | undefined): Address | undefined {
  if (uri.startsWith('aws:')) return ofAnswer(uri);
  const path = pathOf(uri);
  return byName(path) ?? (root ? byShape(path, root) : undefined);
}

/** The folder that holds all answers of the source's account; a lost one may have told of any of them. */
export function exportOf(uri: string): string {
  if (uri.startsWith('aws:')) return uri.split('/').slice(0, 1).join('/');
  return byName(pathOf(uri))?.folder ?? exportFolder(pathOf(uri).folders);
}

/** The account's number where the export's folder is called by it. */
export function numberIn(folder: string): string | undefined {
  return folder.split(/[/:]/).find((part) => digits.test(part));
}

function ofAnswer(uri: string): Address | undefined {
  const [account = '', , , resource = '', name = ''] = uri.split('/');
  const operation = callOf(name);
  return (
    operation && {
      operation,
      folder: account,
      resource: resource === '-' ? '' : decodeURIComponent(resource),
    }
  );
}

interface Path {
  readonly folders: readonly string[];
  /** The file's name without its ending. */
  readonly base: string;
}

function pathOf(uri: string): Path {
  const folders = uri.split('/');
  return { base: (folders.pop() ?? '').replace(/\.(json|csv|txt)$/, ''), folders };
}

function byName(path: Path): Address | undefined {
  const { folders, base } = path;
  const parent = folders.at(-1) ?? '';
  const operation = callOf(base);
  if (operation) return placed(operation, path);
  // `get-bucket-acl/uploads.json`
  const above = callOf(parent);
  if (above && isOfBucket(above))
    return { operation: above, resource: base, folder: exportFolder(folders.slice(0, -1)) };
  // `uploads.get-bucket-acl.json`, `get-bucket-acl-uploads.json`
  const named = callWithName(base);
  if (!named) return undefined;
  const resource = isOfBucket(named.operation) ? named.name : '';
  return {
    operation: named.operation,
    resource: ofAccount(resource) ? '' : resource,
    folder: exportFolder(folders),
  };
}

function byShape(path: Path, root: JsonNode): Address | undefined {
  const operation = operations.find((one) => hasShape(one, root) && isTelling(one, root));
  if (!operation) return undefined;
  const { folders, base } = path;
  const parent = folders.at(-1) ?? '';
  const subject = subjectOf(operation, base);
  if (subject === '') return placed(operation, path);
  const folder = exportFolder(folders);
  if (!isOfBucket(operation)) return { operation, resource: '', folder };
  if (subject !== undefined) return { operation, resource: ofAccount(subject) ? '' : subject, folder };
  // `acls/uploads.json`
  if (subjectOf(operation, parent.replace(/s$/, '')) === '')
    return { operation, resource: base, folder: exportFolder(folders.slice(0, -1)) };
  return { operation, resource: bucketIn(root), folder };
}

/** An answer whose file is called by its call: the bucket is the folder above. */
function placed(operation: Operation, { folders, base }: Path): Address {
  const parent = folders.at(-1) ?? '';
  const account = { operation, resource: '', folder: exportFolder(folders) };
  if (!isOfBucket(operation)) return account;
  if (operation === 'GetPublicAccessBlock' && (/account/i.test(base) || folders.includes('s3control')))
    return account;
  if (services.test(parent) || sorting.test(parent) || digits.test(parent) || parent === '')
    return operation === 'GetPublicAccessBlock' ? account : { ...account, resource: undefined };
  return { operation, resource: parent, folder: exportFolder(folders.slice(0, -1)) };
}

function ofAccount(name: string): boolean {
  return name === 'account' || digits.test(name);
}

/** Whether a shape that others have too is really this call's. */
function isTelling(operation: Operation, root: JsonNode): boolean {
  if (operation === 'GetBucketPolicy') return bucketIn(root) !== undefined;
  if (operation === 'GetBucketVersioning' || operation === 'ListProtectedResources') return false;
  if (operation === 'GetBucketLogging') return get(root, 'LoggingEnabled', 'TargetBucket') !== undefined;
  if (operation === 'GetBucketAcl') return get(root, 'Grants')?.type === 'array';
  if (operation === 'GetCredentialReport') return get(root, 'ReportFormat') !== undefined;
  if (operation === 'GetCallerIdentity') return get(root, 'UserId') !== undefined;
  if (operation === 'GetBucketWebsite') return get(root, 'IndexDocument', 'Suffix') !== undefined;
  return true;
}

/** The one bucket that a policy in an answer speaks of. */
function bucketIn(root: JsonNode): string | undefined {
  const policy = stringOf(get(root, 'Policy')) ?? '';
  const names = new Set([...policy.matchAll(/arn:aws[a-z-]*:s3:::([^/"*?]+)/g)].map(([, name]) => name));
  return names.size === 1 ? [...names][0] : undefined;
}

/** The folder down to the account's number, else the one above the folders of services and regions. */
function exportFolder(folders: readonly string[]): string {
  const number = folders.findIndex((folder) => digits.test(folder));
  if (number !== -1) return folders.slice(0, number + 1).join('/');
  let end = folders.length;
  while (end > 0 && services.test(folders[end - 1] ?? '')) end -= 1;
  return folders.slice(0, end).join('/');
}
