import { wholeOf } from '../../model/location.ts';
import type { ModelInput } from '../../source.ts';
import { addressOf, exportOf, numberIn } from './address.ts';
import { type Book, type Filed, keyOf, type Page } from './book.ts';
import type { Told } from './calls.ts';
import { textOf } from './report.ts';

/** The answers sorted by account: one export folder is one account, unless its answers name several. */
export function booksOf({ parsed, failures }: ModelInput<Filed>): readonly Book[] {
  const byFolder = new Map<string, Filed[]>();
  for (const { tree } of parsed.values()) into(byFolder, tree.address.folder, () => []).push(tree);
  const lost = lostAnswers(failures);
  const bound = [...byFolder].flatMap(([folder, filed]) =>
    [...byAccount(folder, filed)].map(([number, pages]) => ({ folder, number, pages })),
  );
  return bound.map(({ folder, number, pages }) => {
    // Two exports of one account are kept apart by their folders.
    const isAlone = bound.filter((other) => other.number === number).length === 1;
    const account = number === '' ? folder : isAlone ? number : `${number} in ${folder}`;
    return {
      account,
      name: account === '' ? 'this account' : `account ${account}`,
      folder,
      pages: sorted(pages),
      lost: lost.get(folder) ?? new Map(),
      at: wholeOf(pages[0]?.told.at.source ?? ''),
    };
  });
}

function sorted(filed: readonly Filed[]): ReadonlyMap<string, readonly Page[]> {
  const pages = new Map<string, Page[]>();
  for (const { address, told, more } of filed)
    into(pages, keyOf(address.operation, address.resource), () => []).push({ told, more });
  return pages;
}

function lostAnswers(failures: ModelInput<Filed>['failures']): Map<string, Map<string, string>> {
  const lost = new Map<string, Map<string, string>>();
  for (const { uri, error } of failures) {
    const { operation, resource, folder } = addressOf(uri, undefined) ?? {};
    if (operation && resource !== undefined)
      into(lost, folder ?? exportOf(uri), () => new Map()).set(keyOf(operation, resource), error);
  }
  return lost;
}

/** Answers by the account's number; those that name none belong to the only one that is named. */
function byAccount(folder: string, filed: readonly Filed[]): Map<string, Filed[]> {
  const known = numberIn(folder);
  if (known !== undefined) return new Map([[known, [...filed]]]);
  const numbers = filed.map(numberOf);
  const distinct = new Set(numbers.filter((number) => number !== undefined));
  const rest = distinct.size === 1 ? [...distinct][0] : '';
  const found = new Map<string, Filed[]>();
  for (const [index, one] of filed.entries()) into(found, numbers[index] ?? rest ?? '', () => []).push(one);
  return found;
}

/** The account's number as an answer's arns have it. */
function numberOf({ address: { operation }, told }: Filed): string | undefined {
  if (told.state === 'unknown') return undefined;
  if (operation === 'GetCallerIdentity') return (told.value as Told['GetCallerIdentity']) || undefined;
  if (operation === 'GetCredentialReport') {
    const rows = told.value as Told['GetCredentialReport'];
    return rows.map((row) => accountIn(textOf(row, 'arn'))).find((number) => number !== undefined);
  }
  if (operation !== 'GetAccountAuthorizationDetails') return undefined;
  const { users, groups, roles, policies } = told.value as Told['GetAccountAuthorizationDetails'];
  for (const { arn } of [...users, ...groups, ...roles, ...policies]) {
    const number = accountIn(arn);
    if (number !== undefined) return number;
  }
  return undefined;
}

/** The twelve digits in an arn of IAM. */
export function accountIn(arn: string): string | undefined {
  return /^arn:[^:]*:iam::(\d{12}):/.exec(arn)?.[1];
}

function into<T>(groups: Map<string, T>, key: string, make: () => T): T {
  const found = groups.get(key) ?? make();
  groups.set(key, found);
  return found;
}
