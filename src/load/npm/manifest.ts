import { isTemplate, type NpmSpec, npmSpec, quotedSecret } from '../../facts/npm-spec.ts';
import { get, items, type JsonNode, members, parseJson, stringOf } from '../../lang/json.ts';
import type { Diagnostic } from '../../model/common.ts';
import type { DependencyGroup } from '../../model/package.ts';
import type { Parsed, Span, TextSource } from '../../source.ts';
import type { Pin } from './pins.ts';
import { workspaceTest } from './workspaces.ts';

/** What a package.json says. */
export interface ManifestTree {
  readonly type: 'manifest';
  readonly name: string | null;
  readonly library: boolean;
  readonly requirements: readonly Requirement[];
  /** The name of its first dependency list. */
  readonly listAt: Span;
  /** Whether a folder, as seen from this one, is a workspace of it. */
  readonly isWorkspace: (path: string) => boolean;
  /** Packages that `overrides` or `resolutions` set a version for. */
  readonly overridden: ReadonlySet<string>;
  readonly registries: readonly string[];
  readonly pins: readonly Pin[];
}

export interface Requirement extends Span {
  readonly alias: string;
  readonly text: string;
  readonly spec: NpmSpec;
  readonly group: DependencyGroup;
}

export function parseManifest(source: TextSource): Parsed<ManifestTree> {
  const { root, diagnostics } = parseJson(source.text, source.uri);
  if (root?.type !== 'object') throw new Error('holds no JSON object');
  const faults: Diagnostic[] = [...diagnostics];
  const requirements = requirementsOf(root, source, faults);
  if (requirements.length > mostRequirements)
    throw new Error(`asks for more than ${mostRequirements} packages`);
  const [list] = groups.flatMap(([name]) => root.members.get(name) ?? []);
  return {
    tree: {
      type: 'manifest',
      name: stringOf(get(root, 'name')) ?? null,
      library: isLibrary(root),
      requirements,
      listAt: list?.key ?? { start: 0, end: 0 },
      isWorkspace: workspacesOf(root),
      overridden: overriddenIn(root),
      registries: [stringOf(get(root, 'publishConfig', 'registry'))].filter((url) => url !== undefined),
      pins: pinsOf(root),
    },
    diagnostics: faults,
    secrets: requirements.flatMap((one) => quotedSecret(one.text, one)),
  };
}

/** Nobody writes more than these. */
const mostRequirements = 3000;

const groups: readonly (readonly [string, DependencyGroup])[] = [
  ['dependencies', 'production'],
  ['devDependencies', 'development'],
  ['peerDependencies', 'peer'],
  ['optionalDependencies', 'optional'],
];

/** Lists in which npm looks first: what one of them names too, a line of this group does not decide. */
const stronger: Readonly<Record<DependencyGroup, readonly string[]>> = {
  production: ['optionalDependencies', 'devDependencies'],
  optional: ['devDependencies'],
  peer: [],
  development: [],
};

function requirementsOf(root: JsonNode, { uri }: TextSource, faults: Diagnostic[]): readonly Requirement[] {
  const wrong = (what: string, { start, end }: Span): void => {
    faults.push({ code: 'wrong-type', message: what, severity: 'error', at: { source: uri, start, end } });
  };
  return groups.flatMap(([list, group]) => {
    const node = get(root, list);
    const isNone = node === undefined || node.type === 'null';
    if (!isNone && node.type !== 'object') wrong(`${list} has to be an object`, node);
    return members(node).flatMap(({ key, value }) => {
      const text = stringOf(value);
      if (text === undefined) wrong(`The version of ${key.value} has to be a string`, value);
      const isDecided = stronger[group].some((other) => get(root, other, key.value) !== undefined);
      if (text === undefined || isDecided) return [];
      const { start, end } = value;
      const spec = npmSpec(key.value, text);
      if (isRefused(spec)) wrong(`"${spec.text}" is neither a version, a range nor a tag`, value);
      return [{ alias: key.value, text, spec, group, start, end }];
    });
  });
}

/** npm stops at words that can be nothing; a template's gap and other programs' protocols are no fault. */
function isRefused(spec: NpmSpec): spec is Extract<NpmSpec, { readonly type: 'unresolved' }> {
  return spec.type === 'unresolved' && !isTemplate(spec.text) && !/^[a-z]+:/.test(spec.text);
}

/** Published, and something to build on. What is private, or has nothing to import, is an application. */
function isLibrary(root: JsonNode): boolean {
  const isPrivate = get(root, 'private');
  if (isPrivate?.type === 'boolean' && isPrivate.value === true) return false;
  if (stringOf(get(root, 'name')) === undefined) return false;
  return ['exports', 'module', 'types', 'typings', 'files', 'publishConfig', 'peerDependencies'].some(
    (key) => get(root, key) !== undefined,
  );
}

function workspacesOf(root: JsonNode): (path: string) => boolean {
  const node = get(root, 'workspaces');
  const list = node?.type === 'object' ? get(node, 'packages') : node;
  return workspaceTest(items(list).flatMap((item) => stringOf(item) ?? []));
}

function overriddenIn(root: JsonNode): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (node: JsonNode | undefined): void => {
    for (const { key, value } of members(node)) {
      const name = key.value
        .split('/')
        .slice(key.value.includes('@') && !key.value.startsWith('@') ? -1 : -2);
      found.add(withoutVersion(key.value));
      found.add(withoutVersion(name.join('/')));
      collect(value);
    }
  };
  collect(get(root, 'overrides'));
  collect(get(root, 'resolutions'));
  collect(get(root, 'pnpm', 'overrides'));
  return found;
}

function withoutVersion(text: string): string {
  const cut = text.indexOf('@', 1);
  return cut === -1 ? text : text.slice(0, cut);
}

function pinsOf(root: JsonNode): readonly Pin[] {
  const engine = get(root, 'engines', 'node');
  const volta = get(root, 'volta', 'node');
  return [
    ...(engine?.type === 'string' ? [pin('range', 'engines.node', engine)] : []),
    ...(volta?.type === 'string' ? [pin('pin', 'volta.node', volta)] : []),
  ];
}

function pin(
  form: Pin['form'],
  field: string,
  { value, start, end }: Span & { readonly value: string },
): Pin {
  return {
    product: 'nodejs',
    label: 'Node.js',
    spec: value.trim(),
    form,
    field,
    start: start + 1,
    end: end - 1,
  };
}
