import type { JsonNode } from '../../lang/json.ts';
import type { Location } from '../../model/location.ts';
import { wholeOf } from '../../model/location.ts';
import { byDefault, explicit, type Unknown, unseen, type Value } from '../../model/value.ts';
import type { Address, Operation } from './address.ts';
import type { Answer } from './answer.ts';

/** All answers of one account, by call and resource. */
export interface Book {
  readonly account: string;
  readonly answers: ReadonlyMap<string, readonly Answer[]>;
  /** Answers that exist and could not be read. */
  readonly lost: ReadonlyMap<string, string>;
  /** Where the account is to be shown when no answer has a better place. */
  readonly at: Location;
}

/** Errors that are an answer: there is no such setting. */
const absentCodes: readonly string[] = [
  'NoSuchBucketPolicy',
  'NoSuchPublicAccessBlockConfiguration',
  'ServerSideEncryptionConfigurationNotFoundError',
  'OwnershipControlsNotFoundError',
  'NoSuchLifecycleConfiguration',
  'ReplicationConfigurationNotFoundError',
  'ObjectLockConfigurationNotFoundError',
  'NoSuchWebsiteConfiguration',
  'NoSuchTagSet',
  'NoSuchEntity',
];

/** Calls whose answer is an empty body when nothing is set: the command line then prints nothing at all. */
const maybeEmpty: readonly Operation[] = ['GetBucketVersioning', 'GetBucketLogging'];

export function keyOf(operation: Operation, resource: string): string {
  return `${operation} ${resource}`;
}

export function bookOf(
  account: string,
  given: readonly (readonly [Address, Answer])[],
  lost: ReadonlyMap<string, string>,
): Book {
  const answers = new Map<string, Answer[]>();
  for (const [{ operation, resource }, answer] of given) {
    const key = keyOf(operation, resource);
    const group = answers.get(key);
    if (group) group.push(answer);
    else answers.set(key, [answer]);
  }
  return { account, answers, lost, at: wholeOf(given[0]?.[1].at.source ?? '') };
}

/**
 * One call's answer read into a value; null stands for "there is no such setting". A refused, lost or never saved
 * answer is unknown.
 */
export function answerTo<T>(
  book: Book,
  operation: Operation,
  resource: string,
  read: (root: JsonNode | null, at: Location) => T,
): Value<T> {
  const key = keyOf(operation, resource);
  const [answer] = book.answers.get(key) ?? [];
  if (!answer) return missing(book, key, operation);
  const { at } = answer;
  if (answer.type === 'json') return explicit(read(answer.root, at), at);
  if (answer.type === 'error') {
    return absentCodes.includes(answer.code)
      ? byDefault(read(null, at), at, `${operation} says ${answer.code}`)
      : unseen(`${operation}: ${answer.code}`, at);
  }
  if (answer.type === 'empty' && maybeEmpty.includes(operation)) return byDefault(read(null, at), at);
  return unseen(`${operation} was saved without its answer`, at);
}

export function missing(book: Book, key: string, operation: Operation): Unknown {
  const error = book.lost.get(key);
  return unseen(
    error === undefined ? `the answer of ${operation} was not saved` : `${operation}: ${error}`,
    book.at,
  );
}
