import type { Location } from '../../model/location.ts';
import type { Resource } from '../../model/resource.ts';
import { explicit, mapValue, type Unknown, unseen, type Value } from '../../model/value.ts';
import { type Book, pagesOf, toldBy } from './book.ts';
import { flagOf, keysOf, passwordOf, type ReportRow, textOf, timeOf } from './report.ts';

/** The account's own settings and its users, from the summary, the password policy and the credential report. */
export function accountResources(book: Book): readonly Resource[] {
  const rows = toldBy(book, 'GetCredentialReport');
  const isTold =
    pagesOf(book, 'GetCredentialReport').length > 0 ||
    pagesOf(book, 'GetAccountSummary').length > 0 ||
    pagesOf(book, 'GetAccountPasswordPolicy').length > 0;
  return [...(isTold ? [accountOf(book, rows)] : []), ...usersOf(book, rows)];
}

const rootName = '<root_account>';

function isRoot(row: ReportRow): boolean {
  return textOf(row, 'user') === rootName;
}

/** The report's users; without a report those that the authorization details name, of whom nothing else is known. */
function usersOf(book: Book, rows: Value<readonly ReportRow[]>): readonly Resource<'iam.user'>[] {
  if (rows.state !== 'unknown')
    return rows.value.filter((row) => !isRoot(row)).map((row) => userOf(book, row));
  const named = pagesOf(book, 'GetAccountAuthorizationDetails').flatMap(({ told }) =>
    told.state === 'unknown' ? [] : told.value.users,
  );
  if (named.length > 0) return named.map(({ name, at }) => unreadUser(book, name, at, rows));
  const isRefused = pagesOf(book, 'GetCredentialReport').length > 0;
  return isRefused ? [unreadUser(book, `users of ${book.name}`, rows.at, rows)] : [];
}

function accountOf(book: Book, rows: Value<readonly ReportRow[]>): Resource<'iam.account'> {
  const root = rootRow(rows);
  const summary = toldBy(book, 'GetAccountSummary');
  const count = (member: string): Value<boolean> => {
    if (summary.state === 'unknown') return summary;
    const found =
      summary.value.get(member) ?? unseen(`GetAccountSummary does not tell ${member}`, summary.at);
    return mapValue(found, (number) => number > 0);
  };
  const fromRoot = (read: (row: ReportRow) => Value<boolean>): Value<boolean> =>
    root.state === 'unknown' ? root : read(root.value);
  return {
    kind: 'iam.account',
    id: `iam.account:${book.account}`,
    name: book.name,
    at: rows.state === 'unknown' ? book.at : rows.at,
    account: book.account,
    rootAccessKey: either(fromRoot(activeKey), count('AccountAccessKeysPresent')),
    rootMfa: either(
      fromRoot((row) => flagOf(row, 'mfa_active')),
      count('AccountMFAEnabled'),
    ),
    rootCredential: either(
      fromRoot((row) => anyOf([passwordOf(row), activeKey(row)])),
      anyOf([count('AccountAccessKeysPresent'), count('AccountPasswordPresent')]),
    ),
    passwordLength: passwordLength(book),
    consoleUsers: mapValue(rows, (all) => all.filter((row) => !isRoot(row) && hasPassword(row)).length),
  };
}

function rootRow(rows: Value<readonly ReportRow[]>): Value<ReportRow> {
  if (rows.state === 'unknown') return rows;
  const row = rows.value.find(isRoot);
  return row ? explicit(row, row.at) : unseen('the credential report has no row for the root user', rows.at);
}

function activeKey(row: ReportRow): Value<boolean> {
  return anyOf(keysOf(row).map(({ active }) => active));
}

function hasPassword(row: ReportRow): boolean {
  const found = passwordOf(row);
  return found.state !== 'unknown' && found.value;
}

function either<T>(first: Value<T>, second: Value<T>): Value<T> {
  return first.state === 'unknown' && second.state !== 'unknown' ? second : first;
}

/** Yes when one says yes, no when all say no, else unknown. */
function anyOf(values: readonly Value<boolean>[]): Value<boolean> {
  const yes = values.find((value) => value.state !== 'unknown' && value.value);
  const unknown = values.find(({ state }) => state === 'unknown');
  const [first] = values;
  return yes ?? unknown ?? first ?? unseen('nothing was told', { source: '', start: 0, end: 0 });
}

function passwordLength(book: Book): Value<number> {
  const found = toldBy(book, 'GetAccountPasswordPolicy');
  return found.state === 'default' ? { ...found, why: 'no password policy is set' } : found;
}

function userOf(book: Book, row: ReportRow): Resource<'iam.user'> {
  const name = textOf(row, 'user');
  const changed = timeOf(row, 'password_last_changed');
  const isDated = changed.state !== 'unknown' && changed.value !== null;
  return {
    kind: 'iam.user',
    id: `iam.user:${book.account}/${name}`,
    name,
    at: row.at,
    account: book.account,
    passwordEnabled: passwordOf(row),
    mfa: flagOf(row, 'mfa_active'),
    passwordLastUsed: timeOf(row, 'password_last_used'),
    passwordChanged: isDated ? changed : timeOf(row, 'user_creation_time'),
    keys: keysOf(row),
  };
}

function unreadUser({ account }: Book, name: string, at: Location, why: Unknown): Resource<'iam.user'> {
  return {
    kind: 'iam.user',
    id: `iam.user:${account}/${name}`,
    name,
    at,
    account,
    passwordEnabled: why,
    mfa: why,
    passwordLastUsed: why,
    passwordChanged: why,
    keys: [{ slot: 1, active: why, rotated: why, lastUsed: why }],
  };
}
