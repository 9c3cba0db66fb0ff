import { parseDotenv, parseRawEnv } from '../../lang/dotenv.ts';
import { parseYaml, type YamlFile } from '../../lang/yaml.ts';
import type { YamlNode } from '../../lang/yaml-node.ts';
import { content, entries, get } from '../../lang/yaml-read.ts';
import type { Diagnostic } from '../../model/common.ts';
import { isText, type Parsed, type Source, type TextSource } from '../../source.ts';
import { isComposeName } from './names.ts';
import { secretsInEnvironment, secretsInYaml } from './secrets.ts';
import { entriesOf, normalService } from './settings.ts';
import type { ComposeTree, ServiceText } from './tree.ts';

/** More than this no file of people has; beyond it the file is not looked at, and that is told. */
const mostServices = 2000;
/** One alias too many makes as many faults as there are aliases; nobody reads more than these. */
const mostFaults = 100;

/** One compose file, or an environment file wanted under the role `environment` or `raw-environment`. */
export function parseSource(source: Source): Parsed<ComposeTree> | null {
  if (!isText(source)) throw new Error('not a text file');
  if (source.role?.endsWith('environment')) return parseEnvironment(source);
  const certain = source.role !== undefined || isComposeName(source.uri);
  const template = /\{\{|\{%|<%/.exec(source.text);
  try {
    const yaml = parseYaml(source.text);
    if (template && yaml.faults.some(({ code }) => code === 'syntax'))
      throw new Error('broken by its placeholders');
    return parseCompose(source, yaml, certain);
  } catch (cause) {
    if (!certain) return null;
    if (template) throw new Error('is a template; only what it renders to can be read', { cause });
    throw cause;
  }
}

function parseEnvironment(source: TextSource): Parsed<ComposeTree> {
  const file = source.role === 'raw-environment' ? parseRawEnv(source.text) : parseDotenv(source.text);
  const diagnostics = file.faults.map(({ message, start, end }): Diagnostic => {
    return { code: 'environment', message, severity: 'error', at: { source: source.uri, start, end } };
  });
  return {
    tree: { type: 'environment', file },
    comments: file.comments,
    secrets: secretsInEnvironment(file),
    diagnostics,
  };
}

function parseCompose(source: TextSource, yaml: YamlFile, certain: boolean): Parsed<ComposeTree> | null {
  const root = content(yaml.documents[0]);
  if (root && root.kind !== 'map' && root.kind !== 'scalar') {
    if (!certain) return null;
    throw new Error('its top level is a list, not a mapping');
  }
  const services = servicesOf(root, source);
  if (services.size > mostServices) throw new Error(`it has more than ${mostServices} services`);
  const known = [...services.values()].some(({ table }) => isService(table.entries));
  if (!certain && !known) return null;
  const { faults, lost, comments } = yaml;
  const diagnostics = faults.slice(0, mostFaults).map(({ code, message, start, end }): Diagnostic => {
    return { code, message, severity: 'error', at: { source: source.uri, start, end } };
  });
  const table = {
    kind: 'table' as const,
    at: { source: source.uri, start: 0, end: source.text.length },
    tag: null,
    entries: root ? entriesOf(root, source) : new Map(),
  };
  return {
    tree: { type: 'compose', uri: source.uri, source, root: table, services, lost },
    comments,
    secrets: secretsInYaml(yaml, source.text),
    diagnostics,
  };
}

/** The services; in the oldest form of the file they stand at the top level. */
function servicesOf(root: YamlNode | undefined, source: TextSource): ReadonlyMap<string, ServiceText> {
  const named = get(root, 'services');
  const first = !named && entries(root).every(({ name }) => name !== 'version' && name !== 'include');
  const found = new Map<string, ServiceText>();
  for (const [name, { key, value }] of entriesOf(first ? root : named, source)) {
    if (value.kind !== 'table' || name.startsWith('x-')) continue;
    if (first && !isService(value.entries)) continue;
    found.set(name, { key, table: normalService(value) });
  }
  return found;
}

function isService(service: ReadonlyMap<string, unknown>): boolean {
  return service.has('image') || service.has('build') || service.has('extends');
}
