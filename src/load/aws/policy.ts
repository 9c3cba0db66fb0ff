import { get, items, type JsonNode, members, parseJson, stringOf } from '../../lang/json.ts';
import type { Condition, Policy, Principal, Statement, Word } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { explicit, unresolved, type Value } from '../../model/value.ts';
import type { Span } from '../../source.ts';
import { type Document, embedded, placeIn } from './document.ts';

type Locate = (part: Span) => Location;

/** A policy document as the API or the command line gives it: an object, JSON in a string, or that URL-encoded. */
export function policyFrom(node: JsonNode | undefined, document: Document, absent: Location): Value<Policy> {
  if (!node) return unresolved('a policy document is missing from the answer', absent);
  const whole = placeIn(document, node);
  if (node.type === 'object') return policyOf(node, (part) => placeIn(document, part), whole);
  if (node.type !== 'string') return unresolved('a policy document is no object', whole);
  const { text, locate } = embedded(document, node);
  const { root, diagnostics } = parseJson(text, document.uri);
  if (root?.type !== 'object' || diagnostics.some(({ severity }) => severity === 'error'))
    return unresolved('a policy document is not JSON', whole);
  return policyOf(root, ({ start, end }) => locate(start, end), whole);
}

function policyOf(root: JsonNode, locate: Locate, whole: Location): Value<Policy> {
  const member = root.type === 'object' ? root.members.get('Statement') : undefined;
  if (!member) return unresolved('a policy document has no statements', whole);
  const all = member.value.type === 'array' ? items(member.value) : [member.value];
  if (all.some(({ type }) => type !== 'object'))
    return unresolved('a policy document has a statement that is no object', whole);
  const statements = all.map((one) => statementOf(one, locate));
  return explicit({ statements, at: locate(member.key) }, whole);
}

function statementOf(node: JsonNode, locate: Locate): Statement {
  const words = (member: string): readonly Word[] | null => list(get(node, member), locate);
  const texts = (member: string): readonly string[] | null =>
    words(member)?.map(({ value }) => value) ?? null;
  return {
    sid: stringOf(get(node, 'Sid')) ?? null,
    effect: stringOf(get(node, 'Effect')) === 'Deny' ? 'Deny' : 'Allow',
    actions: words('Action'),
    notActions: words('NotAction'),
    resources: texts('Resource'),
    notResources: texts('NotResource'),
    principals: principals(get(node, 'Principal'), locate),
    notPrincipals: principals(get(node, 'NotPrincipal'), locate),
    conditions: members(get(node, 'Condition')).flatMap(({ key, value }) =>
      conditions(key.value, value, locate),
    ),
    at: locate(node),
  };
}

/** A string or a list of strings, as a list; null when it is absent. */
function list(node: JsonNode | undefined, locate: Locate): readonly Word[] | null {
  if (!node) return null;
  return (node.type === 'array' ? items(node) : [node]).flatMap((item) =>
    item.type === 'object' || item.type === 'array' ? [] : [{ value: String(item.value), at: locate(item) }],
  );
}

function principals(node: JsonNode | undefined, locate: Locate): readonly Principal[] | null {
  if (!node) return null;
  if (node.type !== 'object')
    return (list(node, locate) ?? []).map((word) => ({ ...word, type: word.value === '*' ? '*' : 'AWS' }));
  return members(node).flatMap(({ key, value }) =>
    (list(value, locate) ?? []).map((word) => ({ ...word, type: typeOf(key.value) })),
  );
}

function typeOf(key: string): Principal['type'] {
  return key === 'Service' || key === 'Federated' || key === 'CanonicalUser' ? key : 'AWS';
}

function conditions(operator: string, node: JsonNode, locate: Locate): readonly Condition[] {
  return members(node).map(({ key, value }) => ({
    operator,
    key: key.value,
    values: (list(value, locate) ?? []).map((word) => word.value),
    at: locate(value),
  }));
}
