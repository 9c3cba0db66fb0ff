import type { Graph } from '../graph.ts';
import type { Resource } from '../model/resource.ts';
import { isWithin, projectFolder } from '../model/scope.ts';
import { valueIfKnown } from '../model/value.ts';
import { serviceOfImage } from './image-services.ts';

type Service = Resource<'compose.service'>;

/** Products whose data is somebody's only copy; caches and proxies can be filled again. */
const keeping = new Set(['database', 'search', 'store']);
/** Caches that are told to keep their data on disk are relied on to do so. */
const persists = /--?(appendonly\s+yes|save\s+[1-9"'])/;

/** Words in the name of an image whose business is to copy data away. */
const tools =
  /(^|[/_-])(restic|resticker|borg|borgmatic|kopia|duplicacy|duplicati|velero|volumerize|docker-volume-backup|postgres-backup-local|postgres-backup-s3|mysql-backup|db-backup|wal-g|wal-e|pgbackrest|barman|autorestic|rclone|litestream|databack|backup)([:@/_-]|$)/i;
/** Programs that dump or copy, in a command. */
const commands =
  /\b(pg_dump|pg_dumpall|pg_basebackup|mysqldump|mariadb-dump|mariadb-backup|xtrabackup|mongodump|restic backup|borg create|borgmatic|kopia snapshot|wal-g backup-push|pgbackrest|rclone (copy|sync)|influx backup)\b/;

/** The mount that holds what the service keeps; undefined when it keeps nothing that outlives it, or it is no store. */
export function dataMount(service: Service, graph: Graph): Service['mounts']['items'][number] | undefined {
  const image = valueIfKnown(service.image);
  const product = image == null ? undefined : serviceOfImage(image);
  if (!product || !(keeping.has(product.role) || persists.test(commandOf(service, graph)))) return undefined;
  return service.mounts.items.find(({ type, target }) => {
    const path = valueIfKnown(target);
    return (type === 'volume' || type === 'bind') && path !== undefined && isDataPath(path);
  });
}

/** Settings, sockets and start scripts are mounted too, and are no data. */
function isDataPath(path: string): boolean {
  return !/^\/etc\b|\.(conf|cnf|ya?ml|sql|sh|json|env|pem|crt|key)$|docker-entrypoint|initdb|\/run\b|\.sock$/.test(
    path,
  );
}

/** Services of the same project that look like backup jobs, whatever they copy. */
export function backupServices(service: Service, graph: Graph): readonly Service[] {
  return (projectsOf(graph).get(projectOf(service)) ?? []).filter((other) => {
    if (other.id === service.id) return false;
    const image = valueIfKnown(other.image) ?? '';
    return (
      tools.test(image) ||
      /(^|[_-])backups?([_-]|$)/.test(other.service) ||
      commands.test(commandOf(other, graph))
    );
  });
}

/** Whether the job takes in the store: it shares its volume, or names it as the host that it dumps. */
export function covers(job: Service, store: Service, graph: Graph): boolean {
  const kept = new Set(graph.out(store, 'mounts', 'volume').items.map(({ id }) => id));
  if (graph.out(job, 'mounts', 'volume').items.some(({ id }) => kept.has(id))) return true;
  const name = new RegExp(`(^|[^\\w-])${store.service.replace(/[^\w-]/g, '.')}([^\\w-]|$)`);
  return graph.out(job, 'runs', 'process.environment').items.some(({ variables, command }) => {
    const values = Object.values(variables).map(({ value }) => valueIfKnown(value) ?? '');
    return [...values, (valueIfKnown(command) ?? []).join(' ')].some((text) => name.test(text));
  });
}

const scripts = new WeakMap<Graph, readonly string[]>();

/** A script or a settings file near the store that by its name copies data away; what it does is not read. */
export function backupScript({ at }: Service, graph: Graph): string | undefined {
  const known = scripts.get(graph) ?? graph.listing.entries.map(({ uri }) => uri).filter(isBackupScript);
  scripts.set(graph, known);
  const folder = projectFolder(at.source);
  return known.find((uri) => isWithin(uri, folder));
}

function isBackupScript(uri: string): boolean {
  return (
    /(^|[/._-])(backups?|pg_?dump|mysqldump|mongodump|restic|borg(matic)?|pgbackrest|barman|wal-g|litestream|velero)([._-][^/]*)?$/i.test(
      uri,
    ) && /(^|\/)[^/.]+$|\.(sh|bash|ya?ml|toml|conf|service|timer|cron)$/i.test(uri)
  );
}

function commandOf(service: Service, graph: Graph): string {
  return graph
    .out(service, 'runs', 'process.environment')
    .items.map(({ command }) => (valueIfKnown(command) ?? []).join(' '))
    .join(' ');
}

const projects = new WeakMap<Graph, ReadonlyMap<string, readonly Service[]>>();

/** The services of each project. */
function projectsOf(graph: Graph): ReadonlyMap<string, readonly Service[]> {
  const known = projects.get(graph);
  if (known) return known;
  const found = new Map<string, Service[]>();
  for (const service of graph.all('compose.service').items) {
    const group = found.get(projectOf(service));
    if (group) group.push(service);
    else found.set(projectOf(service), [service]);
  }
  projects.set(graph, found);
  return found;
}

function projectOf({ id }: Service): string {
  return id.slice(0, id.lastIndexOf('#'));
}
