import { imageName, parseImageReference } from './image-reference.ts';

/** What kind of server an image runs. */
export interface ImageService {
  /** Key in the end-of-life table where it has one: `postgresql`; else the plain name: `minio`. */
  readonly product: string;
  readonly role: 'database' | 'cache' | 'queue' | 'search' | 'store' | 'proxy' | 'console';
  /** Ports that give access to its data or its control. */
  readonly ports: readonly number[];
  /** Whether the image is the known one, whose variables and defaults hold, and not one that only shares its name. */
  readonly familiar: boolean;
}

/** The server in an image; a tag that is not known does not matter. Undefined for everything else. */
export function serviceOfImage(text: string): ImageService | undefined {
  const reference = parseImageReference(untagged(text));
  if (!reference) return undefined;
  const name = imageName(reference);
  const exact = byImage().get(name.replace(/^bitnamilegacy\//, 'bitnami/'));
  const found = exact ?? byImage().get(name.slice(name.lastIndexOf('/') + 1));
  return found && { ...found, familiar: exact !== undefined };
}

/** Leaves out a tag that hangs on a variable: `redis:${TAG}`. */
function untagged(text: string): string {
  const variable = text.indexOf('$');
  if (variable === -1) return text;
  const colon = text.lastIndexOf(':', variable);
  return colon > text.lastIndexOf('/') ? text.slice(0, colon) : text;
}

type Row = readonly [role: ImageService['role'], ports: readonly number[], images: string];

const services: Readonly<Record<string, Row>> = {
  postgresql: [
    'database',
    [5432],
    'postgres postgis/postgis timescale/timescaledb timescale/timescaledb-ha pgvector/pgvector supabase/postgres ' +
      'bitnami/postgresql ankane/pgvector imresamu/postgis cimg/postgres circleci/postgres postgresql postgis timescaledb pgvector',
  ],
  mysql: [
    'database',
    [3306, 33060],
    'mysql mysql/mysql-server bitnami/mysql percona percona/percona-server cimg/mysql circleci/mysql ' +
      'container-registry.oracle.com/mysql/community-server mysql-server',
  ],
  mariadb: ['database', [3306], 'mariadb bitnami/mariadb linuxserver/mariadb'],
  mongodb: ['database', [27017], 'mongo mongodb/mongodb-community-server bitnami/mongodb mongodb'],
  redis: [
    'cache',
    [6379],
    'redis bitnami/redis redis/redis-stack redis/redis-stack-server cimg/redis redis-stack',
  ],
  valkey: ['cache', [6379], 'valkey/valkey bitnami/valkey valkey'],
  keydb: ['cache', [6379], 'eqalpha/keydb keydb'],
  dragonfly: ['cache', [6379], 'docker.dragonflydb.io/dragonflydb/dragonfly ghcr.io/dragonflydb/dragonfly'],
  memcached: ['cache', [11211], 'memcached bitnami/memcached'],
  elasticsearch: ['search', [9200, 9300], 'elasticsearch bitnami/elasticsearch'],
  opensearch: ['search', [9200, 9300, 9600], 'opensearchproject/opensearch bitnami/opensearch opensearch'],
  rabbitmq: ['queue', [5672, 15672, 25672, 4369], 'rabbitmq bitnami/rabbitmq'],
  'apache-kafka': [
    'queue',
    [9092],
    'apache/kafka apache/kafka-native bitnami/kafka confluentinc/cp-kafka wurstmeister/kafka kafka',
  ],
  zookeeper: [
    'queue',
    [2181],
    'zookeeper bitnami/zookeeper confluentinc/cp-zookeeper wurstmeister/zookeeper',
  ],
  nats: ['queue', [4222, 8222], 'nats bitnami/nats'],
  mosquitto: ['queue', [1883], 'eclipse-mosquitto'],
  minio: ['store', [9000, 9001], 'minio/minio quay.io/minio/minio bitnami/minio minio'],
  influxdb: ['database', [8086], 'influxdb bitnami/influxdb'],
  'apache-cassandra': ['database', [9042, 9160, 7199], 'cassandra bitnami/cassandra'],
  scylladb: ['database', [9042], 'scylladb/scylla'],
  clickhouse: [
    'database',
    [8123, 9000],
    'clickhouse clickhouse/clickhouse-server yandex/clickhouse-server bitnami/clickhouse clickhouse-server',
  ],
  neo4j: ['database', [7474, 7687], 'neo4j bitnami/neo4j'],
  'apache-couchdb': ['database', [5984], 'couchdb apache/couchdb bitnami/couchdb'],
  'couchbase-server': ['database', [8091, 11210], 'couchbase couchbase/server'],
  cockroachdb: ['database', [26257], 'cockroachdb/cockroach'],
  arangodb: ['database', [8529], 'arangodb arangodb/arangodb'],
  mssqlserver: ['database', [1433], 'mcr.microsoft.com/mssql/server microsoft/mssql-server-linux'],
  'oracle-database': [
    'database',
    [1521],
    'gvenzl/oracle-xe gvenzl/oracle-free container-registry.oracle.com/database/express container-registry.oracle.com/database/free',
  ],
  etcd: ['database', [2379, 2380], 'quay.io/coreos/etcd gcr.io/etcd-development/etcd bitnami/etcd'],
  solr: ['search', [8983], 'solr bitnami/solr'],
  qdrant: ['database', [6333, 6334], 'qdrant/qdrant'],
  nginx: ['proxy', [], 'nginx nginxinc/nginx-unprivileged bitnami/nginx'],
  'apache-http-server': ['proxy', [], 'httpd bitnami/apache'],
  haproxy: ['proxy', [], 'haproxy haproxytech/haproxy-alpine haproxytech/haproxy-debian bitnami/haproxy'],
  caddy: ['proxy', [], 'caddy'],
  traefik: ['proxy', [8080], 'traefik'],
  phpmyadmin: ['console', [80], 'phpmyadmin phpmyadmin/phpmyadmin bitnami/phpmyadmin'],
  adminer: ['console', [8080], 'adminer'],
  pgadmin: ['console', [80], 'dpage/pgadmin4'],
  'mongo-express': ['console', [8081], 'mongo-express'],
  'redis-commander': ['console', [8081], 'rediscommander/redis-commander ghcr.io/joeferner/redis-commander'],
  portainer: ['console', [9000, 9443], 'portainer/portainer portainer/portainer-ce portainer/portainer-ee'],
};

type Known = Omit<ImageService, 'familiar'>;

let index: ReadonlyMap<string, Known> | undefined;

function byImage(): ReadonlyMap<string, Known> {
  index ??= new Map(
    Object.entries(services).flatMap(([product, [role, ports, images]]) =>
      images.split(' ').map((image) => [image, { product, role, ports }] as const),
    ),
  );
  return index;
}
