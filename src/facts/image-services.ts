import { imageName, parseImageReference } from './image-reference.ts';

/** What kind of server an image runs. */
export interface ImageService {
  /** Key in the end-of-life table where it has one: `postgresql`; else the plain name: `minio`. */
  readonly product: string;
  /** For people: `PostgreSQL`. */
  readonly label: string;
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

/** The server that goes by this product key, as far as it is known here. */
export function serviceOfProduct(product: string): Omit<ImageService, 'familiar'> | undefined {
  const row = Object.hasOwn(services, product) ? services[product] : undefined;
  return row && { product, label: row[0], role: row[1], ports: row[2] };
}

/** Leaves out a tag that hangs on a variable: `redis:${TAG}`. */
function untagged(text: string): string {
  const variable = text.indexOf('$');
  if (variable === -1) return text;
  const colon = text.lastIndexOf(':', variable);
  return colon > text.lastIndexOf('/') ? text.slice(0, colon) : text;
}

type Row = readonly [label: string, role: ImageService['role'], ports: readonly number[], images: string];

const services: Readonly<Record<string, Row>> = {
  postgresql: [
    'PostgreSQL',
    'database',
    [5432],
    'postgres postgis/postgis timescale/timescaledb timescale/timescaledb-ha pgvector/pgvector supabase/postgres ' +
      'bitnami/postgresql ankane/pgvector imresamu/postgis cimg/postgres circleci/postgres postgresql postgis timescaledb pgvector',
  ],
  mysql: [
    'MySQL',
    'database',
    [3306, 33060],
    'mysql mysql/mysql-server bitnami/mysql percona percona/percona-server cimg/mysql circleci/mysql ' +
      'container-registry.oracle.com/mysql/community-server mysql-server',
  ],
  mariadb: ['MariaDB', 'database', [3306], 'mariadb bitnami/mariadb linuxserver/mariadb'],
  mongodb: ['MongoDB', 'database', [27017], 'mongo mongodb/mongodb-community-server bitnami/mongodb mongodb'],
  redis: [
    'Redis',
    'cache',
    [6379],
    'redis bitnami/redis redis/redis-stack redis/redis-stack-server cimg/redis redis-stack',
  ],
  valkey: ['Valkey', 'cache', [6379], 'valkey/valkey bitnami/valkey valkey'],
  keydb: ['KeyDB', 'cache', [6379], 'eqalpha/keydb keydb'],
  dragonfly: [
    'Dragonfly',
    'cache',
    [6379],
    'docker.dragonflydb.io/dragonflydb/dragonfly ghcr.io/dragonflydb/dragonfly',
  ],
  memcached: ['Memcached', 'cache', [11211], 'memcached bitnami/memcached'],
  elasticsearch: ['Elasticsearch', 'search', [9200, 9300], 'elasticsearch bitnami/elasticsearch'],
  opensearch: [
    'OpenSearch',
    'search',
    [9200, 9300, 9600],
    'opensearchproject/opensearch bitnami/opensearch opensearch',
  ],
  rabbitmq: ['RabbitMQ', 'queue', [5672, 15672, 25672, 4369], 'rabbitmq bitnami/rabbitmq'],
  'apache-kafka': [
    'Kafka',
    'queue',
    [9092],
    'apache/kafka apache/kafka-native bitnami/kafka confluentinc/cp-kafka wurstmeister/kafka kafka',
  ],
  zookeeper: [
    'ZooKeeper',
    'queue',
    [2181],
    'zookeeper bitnami/zookeeper confluentinc/cp-zookeeper wurstmeister/zookeeper',
  ],
  nats: ['NATS', 'queue', [4222, 8222], 'nats bitnami/nats'],
  mosquitto: ['Mosquitto', 'queue', [1883], 'eclipse-mosquitto'],
  minio: ['MinIO', 'store', [9000, 9001], 'minio/minio quay.io/minio/minio bitnami/minio minio'],
  influxdb: ['InfluxDB', 'database', [8086], 'influxdb bitnami/influxdb'],
  'apache-cassandra': ['Cassandra', 'database', [9042, 9160, 7199], 'cassandra bitnami/cassandra'],
  scylladb: ['ScyllaDB', 'database', [9042], 'scylladb/scylla'],
  clickhouse: [
    'ClickHouse',
    'database',
    [8123, 9000],
    'clickhouse clickhouse/clickhouse-server yandex/clickhouse-server bitnami/clickhouse clickhouse-server',
  ],
  neo4j: ['Neo4j', 'database', [7474, 7687], 'neo4j bitnami/neo4j'],
  'apache-couchdb': ['CouchDB', 'database', [5984], 'couchdb apache/couchdb bitnami/couchdb'],
  'couchbase-server': ['Couchbase', 'database', [8091, 11210], 'couchbase couchbase/server'],
  cockroachdb: ['CockroachDB', 'database', [26257], 'cockroachdb/cockroach'],
  arangodb: ['ArangoDB', 'database', [8529], 'arangodb arangodb/arangodb'],
  mssqlserver: [
    'SQL Server',
    'database',
    [1433],
    'mcr.microsoft.com/mssql/server microsoft/mssql-server-linux',
  ],
  'oracle-database': [
    'Oracle Database',
    'database',
    [1521],
    'gvenzl/oracle-xe gvenzl/oracle-free container-registry.oracle.com/database/express container-registry.oracle.com/database/free',
  ],
  etcd: ['etcd', 'database', [2379, 2380], 'quay.io/coreos/etcd gcr.io/etcd-development/etcd bitnami/etcd'],
  solr: ['Solr', 'search', [8983], 'solr bitnami/solr'],
  qdrant: ['Qdrant', 'database', [6333, 6334], 'qdrant/qdrant'],
  nginx: ['nginx', 'proxy', [], 'nginx nginxinc/nginx-unprivileged bitnami/nginx'],
  'apache-http-server': ['Apache', 'proxy', [], 'httpd bitnami/apache'],
  haproxy: [
    'HAProxy',
    'proxy',
    [],
    'haproxy haproxytech/haproxy-alpine haproxytech/haproxy-debian bitnami/haproxy',
  ],
  caddy: ['Caddy', 'proxy', [], 'caddy'],
  traefik: ['Traefik', 'proxy', [8080], 'traefik'],
  phpmyadmin: ['phpMyAdmin', 'console', [80], 'phpmyadmin phpmyadmin/phpmyadmin bitnami/phpmyadmin'],
  adminer: ['Adminer', 'console', [8080], 'adminer'],
  pgadmin: ['pgAdmin', 'console', [80], 'dpage/pgadmin4'],
  'mongo-express': ['mongo-express', 'console', [8081], 'mongo-express'],
  'redis-commander': [
    'Redis Commander',
    'console',
    [8081],
    'rediscommander/redis-commander ghcr.io/joeferner/redis-commander',
  ],
  portainer: [
    'Portainer',
    'console',
    [9000, 9443],
    'portainer/portainer portainer/portainer-ce portainer/portainer-ee',
  ],
};

type Known = Omit<ImageService, 'familiar'>;

let index: ReadonlyMap<string, Known> | undefined;

function byImage(): ReadonlyMap<string, Known> {
  index ??= new Map(
    Object.entries(services).flatMap(([product, [label, role, ports, images]]) =>
      images.split(' ').map((image) => [image, { product, label, role, ports }] as const),
    ),
  );
  return index;
}
