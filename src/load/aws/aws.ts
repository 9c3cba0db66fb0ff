import { defineLoader, isText, type ModelInput, type Parsed, type Source } from '../../source.ts';
import { type Address, addressOf, exportOf } from './address.ts';
import { type Answer, readAnswer } from './answer.ts';
import { authorizationResources } from './authorization.ts';
import { type Book, bookOf, keyOf } from './book.ts';
import { accountResources } from './iam.ts';
import { s3Resources } from './s3.ts';

interface Tree {
  readonly address: Address;
  readonly answer: Answer;
}

export const aws = defineLoader<Tree>({
  name: 'aws',
  kinds: ['iam.account', 'iam.user', 'iam.principal', 'iam.policy', 'iam.role', 's3.account', 's3.bucket'],
  parse,
  scope: exportOf,
  model: (input) => ({
    resources: booksOf(input).flatMap((book) => [
      ...accountResources(book),
      ...authorizationResources(book),
      ...s3Resources(book),
    ]),
    edges: [],
  }),
});

function parse(source: Source): Parsed<Tree> | null {
  if (!isText(source)) return null;
  const { answer, diagnostics } = readAnswer(source.uri, source.text);
  const address =
    addressOf(source.uri, answer.type === 'json' ? answer.root : undefined) ??
    reportAddress(source.uri, answer);
  if (!address)
    throw new Error('is an answer of AWS, but neither its folder nor its name says of which bucket');
  return { tree: { address, answer }, diagnostics };
}

function reportAddress(uri: string, { type }: Answer): Address | undefined {
  return type === 'report'
    ? addressOf(uri.replace(/[^/]*$/, 'GetCredentialReport.csv'), undefined)
    : undefined;
}

/** The answers sorted by account. */
function booksOf({ parsed, failures }: ModelInput<Tree>): readonly Book[] {
  const given = new Map<string, (readonly [Address, Answer])[]>();
  const lost = new Map<string, Map<string, string>>();
  for (const { tree } of parsed.values())
    into(given, tree.address.account, () => []).push([tree.address, tree.answer]);
  for (const { uri, error } of failures) {
    const address = addressOf(uri, undefined);
    if (!address) continue;
    into(lost, address.account, () => new Map()).set(keyOf(address.operation, address.resource), error);
  }
  return [...given].map(([account, answers]) => bookOf(account, answers, lost.get(account) ?? new Map()));
}

function into<T>(groups: Map<string, T>, key: string, make: () => T): T {
  const found = groups.get(key) ?? make();
  groups.set(key, found);
  return found;
}
