import { byDefault, unseen, type Value } from '../../model/value.ts';
import { defineLoader, isText, type Parsed, type Source, type Span } from '../../source.ts';
import { addressOf, exportOf } from './address.ts';
import { type Answer, isTruncated, readAnswer } from './answer.ts';
import { authorizationResources } from './authorization.ts';
import type { Filed } from './book.ts';
import { booksOf } from './books.ts';
import { type Call, calls, isWhole, type Operation, type Told } from './calls.ts';
import { isNamed } from './claims.ts';
import type { Document } from './document.ts';
import { accountResources } from './iam.ts';
import { s3Resources } from './s3.ts';

export const aws = defineLoader<Filed>({
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

function parse(source: Source): Parsed<Filed> | null {
  if (!isText(source)) return null;
  const { uri, text } = source;
  const named = isNamed(uri);
  const answer = readAnswer(uri, text);
  if (answer.type === 'none') {
    if (named && addressOf(uri, undefined)) throw new Error(answer.why);
    return null;
  }
  const address = addressOf(addressed(uri, answer), answer.type === 'json' ? answer.root : undefined);
  // A call that no check needs, or a file that only looks a little like an answer.
  if (!address) return null;
  const { resource, operation } = address;
  if (resource === undefined)
    throw new Error('is an answer of AWS, but neither its folder nor its name says of which bucket');
  const told = toldBy(operation, answer, { uri, text });
  const more = answer.type === 'json' && isTruncated(answer.root);
  return { tree: { address: { ...address, resource }, told, more }, secrets: secretsIn(text) };
}

/** Keys that were saved along, as `create-access-key` and `get-session-token` print them. */
function secretsIn(text: string): readonly Span[] {
  if (!/Secret|Token|Password"/.test(text)) return [];
  const found = text.matchAll(
    /"(?:SecretAccessKey|SessionToken|ServicePassword|Password)"\s*:\s*"((?:[^"\\]|\\.)+)"/g,
  );
  return [...found].map(({ 0: member, 1: value = '', index }) => {
    const end = index + member.length - 1;
    return { start: end - value.length, end };
  });
}

/** A credential report may have any name. */
function addressed(uri: string, { type }: Answer): string {
  return type === 'report' && !uri.startsWith('aws:')
    ? uri.replace(/[^/]*$/, 'GetCredentialReport.csv')
    : uri;
}

function toldBy<O extends Operation>(operation: O, answer: Answer, document: Document): Value<Told[O]> {
  const call: Call<Told[O]> = calls[operation];
  if (answer.type === 'none') throw new Error(answer.why);
  const { at } = answer;
  if (answer.type === 'report') {
    const rows = calls.GetCredentialReport === (call as unknown) ? answer.rows : undefined;
    return rows
      ? byDefault(rows as Told[O], at)
      : unseen(`${operation}: the file holds a credential report`, at);
  }
  if (answer.type === 'error') {
    const [code, holds] = call.absent ?? [];
    return code === answer.code && holds
      ? byDefault(holds(at), at)
      : unseen(`${operation}: ${answer.code}`, at);
  }
  if (answer.type === 'empty') {
    return call.empty === undefined
      ? unseen(`${operation} was saved without its answer`, at)
      : byDefault(call.empty, at);
  }
  return isWhole(operation, answer.root)
    ? call.read(answer.root, document)
    : unseen(`${operation}: the file holds no answer of it`, at);
}
