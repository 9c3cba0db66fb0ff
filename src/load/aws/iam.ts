import { get, type JsonNode, stringOf } from '../../lang/json.ts';
import type { Resource } from '../../model/resource.ts';
import { byDefault, explicit, mapValue, type Unknown, unseen, type Value } from '../../model/value.ts';
import { answerTo, type Book, missing } from './book.ts';
import { isOn, keysOf, type ReportRow, readReport, timeOf } from './report.ts';

/** The account's own settings and its users, from the summary, the password policy and the credential report. */
export function accountResources(book: Book): readonly Resource[] {
  const told = ['GetAccountSummary ', 'GetAccountPasswordPolicy ', 'GetCredentialReport '].some((key) =>
    book.answers.has(key),
  );
  const rows = reportRows(book);
  const users = rows.state === 'unknown' ? [] : rows.value.filter((row) => nameOf(row) !== rootName);
  return [...(told ? [accountOf(book, rows)] : []), ...users.map((row) => userOf(book, row))];
}

const rootName = '<root_account>';

function reportRows(book: Book): Value<readonly ReportRow[]> {
  const [answer] = book.answers.get('GetCredentialReport ') ?? [];
  if (answer?.type === 'report') return explicit(readReport(answer.text, answer.start, answer.at), answer.at);
  const why: Unknown = missing(book, 'GetCredentialReport ', 'GetCredentialReport');
  return answer?.type === 'error' ? unseen(`GetCredentialReport: ${answer.code}`, answer.at) : why;
}

function nameOf(row: ReportRow): string {
  return row.cells.get('user') ?? '';
}

function accountOf(book: Book, rows: Value<readonly ReportRow[]>): Resource<'iam.account'> {
  const root = mapValue(rows, (all) => all.find((row) => nameOf(row) === rootName));
  const users = mapValue(
    rows,
    (all) => all.filter((row) => nameOf(row) !== rootName && isOn(row, 'password_enabled')).length,
  );
  const summary = (member: string) =>
    answerTo(book, 'GetAccountSummary', '', (answer) => numberAt(answer, 'SummaryMap', member));
  return {
    kind: 'iam.account',
    id: `iam.account:${book.account}`,
    name: book.account === '' ? 'this account' : `account ${book.account}`,
    at: rows.state === 'unknown' ? book.at : rows.at,
    account: book.account,
    rootAccessKey: either(
      fromRoot(root, (row) => keysOf(row).some(({ active }) => active)),
      mapValue(summary('AccountAccessKeysPresent'), (count) => count > 0),
    ),
    rootMfa: either(
      fromRoot(root, (row) => isOn(row, 'mfa_active')),
      mapValue(summary('AccountMFAEnabled'), (count) => count > 0),
    ),
    rootCredential: fromRoot(
      root,
      (row) => isOn(row, 'password_enabled') || keysOf(row).some(({ active }) => active),
    ),
    passwordLength: passwordLength(book),
    consoleUsers: users,
  };
}

/** Reads the root row; a report without one cannot tell. */
function fromRoot<T>(root: Value<ReportRow | undefined>, read: (row: ReportRow) => T): Value<T> {
  if (root.state === 'unknown') return root;
  if (!root.value) return unseen('the credential report has no row for the root user', root.at);
  return explicit(read(root.value), root.value.at);
}

function either<T>(first: Value<T>, second: Value<T>): Value<T> {
  return first.state === 'unknown' ? second : first;
}

/** AWS asks for eight characters where no policy is set. */
const defaultLength = 8;

function passwordLength(book: Book): Value<number> {
  const found = answerTo(book, 'GetAccountPasswordPolicy', '', (answer) =>
    answer === null ? defaultLength : numberAt(answer, 'PasswordPolicy', 'MinimumPasswordLength'),
  );
  return found.state === 'default' ? byDefault(found.value, found.at, 'no password policy is set') : found;
}

function numberAt(root: JsonNode | null, ...path: readonly string[]): number {
  const node = get(root ?? undefined, ...path);
  return node?.type === 'number' && typeof node.value === 'number' ? node.value : Number(stringOf(node) ?? 0);
}

function userOf(book: Book, row: ReportRow): Resource<'iam.user'> {
  const { at } = row;
  const told = <T>(value: T): Value<T> => explicit(value, at);
  return {
    kind: 'iam.user',
    id: `iam.user:${book.account}/${nameOf(row)}`,
    name: nameOf(row),
    at,
    account: book.account,
    passwordEnabled: told(isOn(row, 'password_enabled')),
    mfa: told(isOn(row, 'mfa_active')),
    passwordLastUsed: told(timeOf(row, 'password_last_used')),
    passwordChanged: told(timeOf(row, 'password_last_changed') ?? timeOf(row, 'user_creation_time')),
    keys: told(keysOf(row)),
  };
}
