import type { Location } from '../../model/location.ts';
import { type Unknown, unseen, type Value } from '../../model/value.ts';
import type { Address } from './address.ts';
import type { Operation, Told } from './calls.ts';

/** One answer, read. */
export interface Page<O extends Operation = Operation> {
  readonly told: Value<Told[O]>;
  /** It says that there is more, which some other page may hold. */
  readonly more: boolean;
}

/** One answer, filed. */
export interface Filed extends Page {
  readonly address: Address & { readonly resource: string };
}

/** All answers of one account, by call and resource. */
export interface Book {
  /** What the account's resources are told apart by: its number, or the folder of its answers. */
  readonly account: string;
  /** For people. */
  readonly name: string;
  readonly folder: string;
  readonly pages: ReadonlyMap<string, readonly Page[]>;
  /** Answers that exist and could not be read. */
  readonly lost: ReadonlyMap<string, string>;
  /** Where the account is to be shown when no answer has a better place. */
  readonly at: Location;
}

export function keyOf(operation: Operation, resource: string): string {
  return `${operation} ${resource}`;
}

export function pagesOf<O extends Operation>(book: Book, operation: O, resource = ''): readonly Page<O>[] {
  // What is filed under a call was read by that call's reader.
  return (book.pages.get(keyOf(operation, resource)) ?? []) as unknown as readonly Page<O>[];
}

/** One call's answer. A refused, lost or never saved one is unknown. */
export function toldBy<O extends Operation>(
  book: Book,
  operation: O,
  resource = '',
  at = book.at,
): Value<Told[O]> {
  const found = pagesOf(book, operation, resource).map(({ told }) => told);
  const known = found.find(({ state }) => state !== 'unknown');
  return known ?? found[0] ?? missing(book, operation, resource, at);
}

function missing(book: Book, operation: Operation, resource: string, at: Location): Unknown {
  const error = book.lost.get(keyOf(operation, resource));
  return unseen(
    error === undefined ? `the answer of ${operation} was not saved` : `${operation}: ${error}`,
    at,
  );
}

/** What of a call that answers in pages is not there; empty when all of it is. */
export function gapsOf(book: Book, operation: Operation): readonly Unknown[] {
  const pages = pagesOf(book, operation);
  const error = book.lost.get(keyOf(operation, ''));
  const refused = pages.flatMap(({ told }) => (told.state === 'unknown' ? [told] : []));
  const [last] = pages;
  const isOpen = pages.length > 0 && refused.length === 0 && pages.every(({ more }) => more);
  return [
    ...refused,
    ...(error === undefined ? [] : [unseen(`${operation}: ${error}`, book.at)]),
    ...(isOpen && last ? [unseen(`${operation}: only a part of the answer was saved`, last.told.at)] : []),
  ];
}
