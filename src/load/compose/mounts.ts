import type { Mount } from '../../model/compose.ts';
import { byDefault, explicit, type Many, mapValue, unresolved, type Value } from '../../model/value.ts';
import type { Project, Service } from './projects.ts';
import { boolValue, resolved, rough, textValue } from './read.ts';
import { listAt, type Table, type Text, tableAt, textAt } from './settings.ts';

/** A mount with what the graph needs to join it. */
export interface MountDetail extends Mount {
  /** Name of a volume of the project. */
  readonly volume: string | undefined;
  /** The file that says where the source is: relative paths start there. */
  readonly from: string;
}

/** What the service mounts; of two at one place the later stands. */
export function mountsOf(service: Service, project: Project): Many<MountDetail> {
  if (service.doubt) return { items: [], missing: [service.doubt] };
  const found = new Map<string, MountDetail>();
  for (const item of listAt(service.table, 'volumes')) {
    const mount =
      item.kind === 'table'
        ? longMount(service, item, project)
        : item.kind === 'text'
          ? shortMount(service, item, project)
          : undefined;
    if (!mount) continue;
    const { target } = mount;
    found.set(target.state === 'unknown' ? `?${found.size}` : target.value, mount);
  }
  return { items: [...found.values()], missing: service.gap ? [service.gap] : [] };
}

function longMount(service: Service, table: Table, project: Project): MountDetail {
  const written = textAt(table, 'type')?.text ?? 'volume';
  const source = textAt(table, 'source') ?? textAt(table, 'src');
  const target = mapValue(
    textValue(service, table, textAt(table, 'target') ? 'target' : 'dst'),
    (path) => path ?? '',
  );
  const readOnly = boolValue(service, table, 'read_only');
  const base = { target, readOnly, at: table.at, from: table.at.source };
  if (written === 'bind') {
    const hostPath = source
      ? hostPathOf(rough(service, source), resolved(service, source), source.at)
      : byDefault(null, table.at);
    return { ...base, type: 'bind', hostPath, volume: undefined };
  }
  if (written !== 'volume')
    return {
      ...base,
      type: written === 'tmpfs' ? 'tmpfs' : 'other',
      hostPath: byDefault(null, table.at),
      volume: undefined,
    };
  return { ...base, ...volume(service, source && rough(service, source), project, table.at) };
}

/** `[source:]target[:options]` */
function shortMount(service: Service, text: Text, project: Project): MountDetail {
  const [source, target, options = ''] = fieldsOf(rough(service, text));
  const { at } = text;
  const whole = resolved(service, text);
  const part = (value: string): Value<string> =>
    value.includes('${') && whole.state === 'unknown'
      ? whole
      : { ...(whole.state === 'unknown' ? explicit('', at) : whole), value };
  const readOnly = explicit(options.split(',').includes('ro'), at);
  const base = { target: part(target), readOnly, at, from: at.source };
  if (source !== undefined && isPath(source)) {
    return {
      ...base,
      type: 'bind',
      hostPath: hostPathOf(source, whole, at),
      volume: undefined,
    };
  }
  return { ...base, ...volume(service, source, project, at) };
}

/** A volume by name, which may be a folder of the host after all. */
function volume(
  service: Service,
  name: string | undefined,
  project: Project,
  at: Mount['at'],
): Pick<MountDetail, 'type' | 'hostPath' | 'volume'> {
  if (name?.includes('${')) {
    const unknown = service.variables.lost ?? unresolved(`${/\$\{(\w+)/.exec(name)?.[1] ?? ''} is unset`, at);
    return { type: 'volume', hostPath: unknown, volume: undefined };
  }
  const options = tableAt(tableAt(tableAt(project.top, 'volumes'), name ?? ''), 'driver_opts');
  const device = textAt(options, 'device');
  const binds =
    textAt(options, 'o')
      ?.text.split(',')
      .some((option) => option === 'bind' || option === 'rbind') ?? false;
  if (device && binds) return { type: 'bind', hostPath: resolved(service, device), volume: name };
  return { type: 'volume', hostPath: byDefault(null, at), volume: name };
}

function isPath(source: string): boolean {
  return (
    /^([./~]|[A-Za-z]:[\\/]|\\\\)/.test(source) ||
    /^\$\{(PWD|HOME)\}/.test(source) ||
    /^\$\{\w+\}[/\\]/.test(source)
  );
}

/** Two variables are always set: `$PWD`, where compose is started, is the project's folder, and `$HOME` is `~`. */
function hostPathOf(path: string, whole: Value<string>, at: Mount['at']): Value<string> {
  const named = path.replace(/^\$\{(PWD|HOME)\}/, (_, name: string) => (name === 'PWD' ? '.' : '~'));
  if (named !== path && !named.includes('${')) return explicit(named, at);
  if (path.includes('${') && whole.state === 'unknown') return whole;
  return whole.state === 'unknown' ? explicit(path, at) : { ...whole, value: path };
}

/** Source, target and options; a drive letter or a pipe keeps its colon. */
function fieldsOf(text: string): readonly [string | undefined, string, string?] {
  const masked = text.replace(/^[A-Za-z]:(?=[\\/])/, (drive) => `${drive[0] ?? ''}\u0001`);
  const parts = masked.split(':').map((part) => part.replace('\u0001', ':'));
  const [first = '', second, third] = parts;
  if (second === undefined) return [undefined, first];
  return third === undefined ? [first, second] : [first, second, third];
}
