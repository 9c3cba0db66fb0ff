import type { Location } from '../../model/location.ts';
import { wholeOf } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { arnSymbol } from '../../model/symbol.ts';
import type { Unknown } from '../../model/value.ts';
import { type Book, gapsOf, pagesOf, toldBy } from './book.ts';
import type { Operation } from './calls.ts';
import { isOfBucket } from './names.ts';

/** The account's S3 setting and its buckets. */
export function s3Resources(book: Book): readonly Resource[] {
  const buckets = [...bucketsOf(book)].map(([name, at]) => bucketOf(book, name, at));
  const [gap] = gapsOf(book, 'ListBuckets');
  const all = gap ? [...buckets, unreadBuckets(book, gap)] : buckets;
  if (all.length === 0 && pagesOf(book, 'GetPublicAccessBlock').length === 0) return [];
  return [accountOf(book), ...all];
}

/** Every bucket that is listed or has an answer of its own, with its best place. */
function bucketsOf(book: Book): ReadonlyMap<string, Location> {
  const found = new Map<string, Location>();
  for (const { told } of pagesOf(book, 'ListBuckets')) {
    if (told.state !== 'unknown') for (const { name, at } of told.value) found.set(name, at);
  }
  for (const [key, [page]] of book.pages) {
    const [operation = '', name = ''] = key.split(' ');
    if (name !== '' && isOfBucket(operation as Operation) && page && !found.has(name))
      found.set(name, wholeOf(page.told.at.source));
  }
  return found;
}

function accountOf(book: Book): Resource<'s3.account'> {
  const blockPublic = toldBy(book, 'GetPublicAccessBlock');
  const pages = pagesOf(book, 'ListProtectedResources');
  const gaps = gapsOf(book, 'ListProtectedResources');
  const unsaved = toldBy(book, 'ListProtectedResources');
  return {
    kind: 's3.account',
    id: `s3.account:${book.account}`,
    name: book.name,
    at: blockPublic.at,
    account: book.account,
    blockPublic,
    backedUp: {
      items: pages.flatMap(({ told }) => (told.state === 'unknown' ? [] : told.value)),
      missing: pages.length === 0 && gaps.length === 0 && unsaved.state === 'unknown' ? [unsaved] : gaps,
    },
  };
}

function bucketOf(book: Book, name: string, at: Location): Resource<'s3.bucket'> {
  const told = <O extends Operation>(operation: O) => toldBy(book, operation, name, at);
  return {
    kind: 's3.bucket',
    id: `s3.bucket:${book.account}/${name}`,
    name,
    at,
    symbols: [arnSymbol(`arn:aws:s3:::${name}`)],
    account: book.account,
    acl: told('GetBucketAcl'),
    policy: told('GetBucketPolicy'),
    blockPublic: told('GetPublicAccessBlock'),
    ownership: told('GetBucketOwnershipControls'),
    encryption: told('GetBucketEncryption'),
    versioning: told('GetBucketVersioning'),
    logTarget: told('GetBucketLogging'),
    replicates: told('GetBucketReplication'),
    objectLock: told('GetObjectLockConfiguration'),
    website: told('GetBucketWebsite'),
    tags: told('GetBucketTagging'),
  };
}

/** Buckets that a refused or unfinished list left out: whatever is asked of them cannot be told. */
function unreadBuckets({ account, name }: Book, gap: Unknown): Resource<'s3.bucket'> {
  return {
    kind: 's3.bucket',
    id: `s3.bucket:${account}/?`,
    name: `unlisted buckets of ${name}`,
    at: gap.at,
    account,
    acl: gap,
    policy: gap,
    blockPublic: gap,
    ownership: gap,
    encryption: gap,
    versioning: gap,
    logTarget: gap,
    replicates: gap,
    objectLock: gap,
    website: gap,
    tags: gap,
  };
}
