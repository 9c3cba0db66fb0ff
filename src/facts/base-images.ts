import { imageName, parseImageReference } from './image-reference.ts';

/** What is known of an image that other images are built on. */
export interface BaseImage {
  /** The user that its processes start as. */
  readonly user: string;
  readonly root: boolean;
  /** A user that it has for those who want to leave root. */
  readonly offers?: string;
  /** The program with which its own entrypoint leaves root. */
  readonly drops?: string;
  /** Variables that it sets and that Dockerfiles refer to. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Images whose last USER is not root; the value is that user. */
const unprivileged: Readonly<Record<string, string>> = {
  'nginxinc/nginx-unprivileged': 'nginx',
  memcached: 'memcache',
  solr: 'solr',
  sonarqube: 'sonarqube',
  varnish: 'varnish',
  'jenkins/jenkins': 'jenkins',
  'prom/prometheus': 'nobody',
  'prom/alertmanager': 'nobody',
  'prom/node-exporter': 'nobody',
  'prom/pushgateway': 'nobody',
  'apache/kafka': 'appuser',
  'apache/kafka-native': 'appuser',
  'mcr.microsoft.com/mssql/server': 'mssql',
  'mcr.microsoft.com/windows/nanoserver': 'ContainerUser',
  'grafana/grafana': 'grafana',
  'grafana/grafana-oss': 'grafana',
  'grafana/loki': '10001',
  'quay.io/keycloak/keycloak': '1000',
  elasticsearch: 'elasticsearch',
  kibana: 'kibana',
  logstash: 'logstash',
};

/** Images whose processes start as root; the value is a user that they have for leaving it, or `''`. */
const privileged: Readonly<Record<string, string>> = {
  scratch: '',
  debian: '',
  ubuntu: '',
  alpine: '',
  busybox: '',
  centos: '',
  fedora: '',
  'registry.fedoraproject.org/fedora': '',
  'quay.io/fedora/fedora': '',
  'quay.io/centos/centos': '',
  'phusion/baseimage': '',
  'mcr.microsoft.com/windows/servercore': '',
  rockylinux: '',
  almalinux: '',
  amazonlinux: '',
  oraclelinux: '',
  archlinux: '',
  'buildpack-deps': '',
  node: 'node',
  python: '',
  pypy: '',
  golang: '',
  ruby: '',
  rust: '',
  perl: '',
  php: 'www-data',
  openjdk: '',
  'eclipse-temurin': '',
  amazoncorretto: '',
  maven: '',
  gradle: 'gradle',
  composer: '',
  swift: '',
  haskell: '',
  erlang: '',
  elixir: '',
  julia: '',
  gcc: '',
  nginx: 'nginx',
  httpd: 'www-data',
  traefik: '',
  tomcat: '',
  jetty: 'jetty',
  docker: '',
  'oven/bun': 'bun',
  'denoland/deno': 'deno',
  'nvidia/cuda': '',
  'mcr.microsoft.com/playwright': 'pwuser',
};

/** Images that start as root and whose entrypoint then leaves it. */
const dropping: Readonly<Record<string, string>> = {
  postgres: 'gosu',
  'postgis/postgis': 'gosu',
  redis: 'gosu',
  valkey: 'setpriv',
  'valkey/valkey': 'setpriv',
  mongo: 'gosu',
  mysql: 'gosu',
  mariadb: 'gosu',
  rabbitmq: 'gosu',
  cassandra: 'gosu',
  couchdb: 'setpriv',
  ghost: 'gosu',
  zookeeper: 'gosu',
  neo4j: 'su-exec',
};

/** Undefined for an image that nothing is known of. */
export function baseImage(text: string): BaseImage | undefined {
  const reference = parseImageReference(text);
  if (!reference) return undefined;
  const name = imageName(reference);
  const tag = reference.tag ?? '';
  const special = distroless(name, tag) ?? dotnet(name, tag) ?? vendor(name);
  if (special) return special;
  return name === 'haproxy' ? haproxy(tag) : byName(name);
}

/** What holds for an image under each of its tags; undefined also where the tag makes the difference. */
export function baseOfAnyTag(repository: string): BaseImage | undefined {
  const reference = parseImageReference(repository);
  return reference ? byName(imageName(reference)) : undefined;
}

function byName(name: string): BaseImage | undefined {
  if (/^(quay\.io\/)?jupyter\/[a-z-]+-notebook$/.test(name)) return { user: 'jovyan', root: false };
  if (Object.hasOwn(unprivileged, name)) return { user: unprivileged[name] ?? '', root: false };
  if (Object.hasOwn(dropping, name)) return { user: 'root', root: true, drops: dropping[name] ?? '' };
  if (!Object.hasOwn(privileged, name)) return undefined;
  const offers = privileged[name];
  const user = name.includes('/windows/') ? 'ContainerAdministrator' : 'root';
  return { user, root: true, ...(offers ? { offers } : {}) };
}

function distroless(name: string, tag: string): BaseImage | undefined {
  if (!name.startsWith('gcr.io/distroless/')) return undefined;
  if (/(^|-)nonroot(-|$)/.test(tag)) return { user: 'nonroot', root: false };
  return { user: 'root', root: true, offers: 'nonroot' };
}

function dotnet(name: string, tag: string): BaseImage | undefined {
  if (!name.startsWith('mcr.microsoft.com/dotnet/')) return undefined;
  // The variable came with version 8.
  const modern = Number(/^\d+/.exec(tag)?.[0] ?? '99') >= 8;
  const env = modern ? { env: { APP_UID: '1654' } } : {};
  if (/chiseled|distroless/.test(tag)) return { user: '1654', root: false, ...env };
  if (/nanoserver|windowsservercore/.test(tag)) return { user: 'ContainerUser', root: false };
  return { user: 'root', root: true, ...(modern ? { offers: '$APP_UID' } : {}), ...env };
}

function vendor(name: string): BaseImage | undefined {
  if (name.startsWith('cgr.dev/chainguard/')) return { user: '65532', root: false };
  if (/^bitnami(legacy|secure)?\//.test(name) && !/(minideb|git)$/.test(name))
    return { user: '1001', root: false };
  if (
    /^registry\.(access\.)?redhat\.com\/(ubi\d+|rhel\d+)\/(nodejs|python|php|ruby|perl|openjdk)-/.test(name)
  )
    return { user: '1001', root: false };
  if (/^registry\.(access\.)?redhat\.com\/ubi\d+(\/ubi(-minimal|-init|-micro)?|-minimal|-micro)?$/.test(name))
    return { user: 'root', root: true };
  return undefined;
}

/** Since 2.4 it has a user of its own. */
function haproxy(tag: string): BaseImage {
  const [, major = '9', minor = '9'] = /^(\d+)\.(\d+)/.exec(tag) ?? [];
  const old = Number(major) < 2 || (Number(major) === 2 && Number(minor) < 4);
  return old ? { user: 'root', root: true } : { user: 'haproxy', root: false };
}
