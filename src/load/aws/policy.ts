import { get, items, type JsonNode, members, parseJson, stringOf } from '../../lang/json.ts';
import type { Condition, Policy, Principal, Statement } from '../../model/aws.ts';
import type { Location } from '../../model/location.ts';
import { explicit, unresolved, type Value } from '../../model/value.ts';

/**
 * A policy document as the API or the command line gives it: an object, JSON in a string, or that URL-encoded.
 * Inside a string everything is at the string's place.
 */
export function policyFrom(node: JsonNode | undefined, source: string, absent: Location): Value<Policy> {
  if (!node) return unresolved('a policy document is missing from the answer', absent);
  const at = { source, start: node.start, end: node.end };
  if (node.type === 'object')
    return explicit(
      policyOf(node, (part) => ({ source, start: part.start, end: part.end })),
      at,
    );
  const text = stringOf(node);
  if (text === undefined) return unresolved('a policy document is no object', at);
  const { root } = parseJson(text.startsWith('%7B') ? decoded(text) : text, source);
  if (root?.type !== 'object') return unresolved('a policy document is not JSON', at);
  return explicit(
    policyOf(root, () => at),
    at,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an encoding after all: the parser then says that it is no JSON.
    return text;
  }
}

function policyOf(root: JsonNode, locate: (part: JsonNode) => Location): Policy {
  const statement = get(root, 'Statement');
  const all = statement?.type === 'array' ? items(statement) : statement ? [statement] : [];
  return { statements: all.map((one) => statementOf(one, locate)), at: locate(root) };
}

function statementOf(node: JsonNode, locate: (part: JsonNode) => Location): Statement {
  return {
    sid: stringOf(get(node, 'Sid')) ?? null,
    effect: stringOf(get(node, 'Effect')) === 'Deny' ? 'Deny' : 'Allow',
    actions: list(get(node, 'Action')),
    notActions: list(get(node, 'NotAction')),
    resources: list(get(node, 'Resource')),
    notResources: list(get(node, 'NotResource')),
    principals: principals(get(node, 'Principal')),
    notPrincipals: principals(get(node, 'NotPrincipal')),
    conditions: members(get(node, 'Condition')).flatMap(({ key, value }) => conditions(key.value, value)),
    at: locate(node),
  };
}

/** A string or a list of strings, as a list; null when it is absent. */
function list(node: JsonNode | undefined): readonly string[] | null {
  if (!node) return null;
  return (node.type === 'array' ? items(node) : [node]).flatMap((item) =>
    item.type === 'object' || item.type === 'array' ? [] : [String(item.value)],
  );
}

function principals(node: JsonNode | undefined): readonly Principal[] | null {
  if (!node) return null;
  const word = stringOf(node);
  if (word !== undefined) return [{ type: word === '*' ? '*' : 'AWS', value: word }];
  return members(node).flatMap(({ key, value }) =>
    (list(value) ?? []).map((name) => ({ type: typeOf(key.value), value: name })),
  );
}

function typeOf(key: string): Principal['type'] {
  return key === 'Service' || key === 'Federated' || key === 'CanonicalUser' ? key : 'AWS';
}

function conditions(operator: string, node: JsonNode): readonly Condition[] {
  return members(node).map(({ key, value }) => ({ operator, key: key.value, values: list(value) ?? [] }));
}
