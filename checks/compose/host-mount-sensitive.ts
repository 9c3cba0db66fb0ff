import { defineCheck, type Fault, filter, known, type Severity, valueIfKnown } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';
import type { Mount } from '../../src/model/compose.ts';
import { isEngineSocket, settled } from '../_lib/mounts.ts';

/** What lies in a folder of the host, and how grave it is to have it: `[writable, readable]`. */
const folders: readonly (readonly [path: RegExp, what: string, gravity: readonly [Severity, Severity]])[] = [
  [/^\/$/, 'the whole disk of the host', ['high', 'medium']],
  [
    /^(?:~|\/home\/[^/]+|\/root)\/\.(?:ssh|aws|kube|docker|gnupg)(?:\/|$)/,
    'keys of a user',
    ['high', 'high'],
  ],
  [/^(?:~\/?|\/root|\/home|\/home\/[^/]+)$/, 'a home folder with its keys', ['high', 'medium']],
  [/^\/etc\/(?:letsencrypt|ssl\/private)(?:\/|$)/, 'private keys of certificates', ['medium', 'low']],
  [
    /^\/etc(?:\/(?:shadow|passwd|sudoers|sudoers\.d|ssh|cron\.\w+|crontab|systemd|pam\.d|kubernetes|docker|wireguard|openvpn|ld\.so\.\w+|profile\.d|init\.d)(?:\/|$)|$)/,
    'accounts, jobs and keys of the host',
    ['high', 'medium'],
  ],
  [/^\/(?:proc|sys)(?:\/|$)/, 'the kernel interface of the host', ['high', 'medium']],
  [/^\/dev$/, 'every device of the host', ['high', 'medium']],
  [
    /^\/(?:(?:boot|lib\w*|bin|sbin)(?:\/|$)|usr(?:\/local)?(?:\/(?:s?bin|lib\w*))?$)/,
    'programs of the host',
    ['high', 'low'],
  ],
  [
    /^\/var\/lib\/(?:docker|containerd|kubelet|containers)(?:\/|$)/,
    'disks of other containers',
    ['high', 'medium'],
  ],
  [/^\/(?:var\/)?run(?:\/(?:docker|containerd|crio|podman))?$/, 'the sockets of the host', ['high', 'high']],
  [/^\/var\/log$/, 'all logs of the host', ['low', 'low']],
];

/** Read-only mounts that give nothing away: the time zone, certificate authorities, kernel modules. */
const harmless =
  /^\/(?:etc\/(?:localtime|timezone|resolv\.conf|hosts|hostname|machine-id|os-release|ssl\/certs|pki|ca-certificates)|usr\/(?:share|lib)\/(?:zoneinfo|ca-certificates|os-release)|usr\/local\/share\/ca-certificates|lib\/modules|usr\/src|usr\/lib\/modules|dev\/(?:dri|snd|shm|net\/tun|bus\/usb|serial|tty\w+|null|u?random))(?:\/|$)/;

/** Programs that measure the host and are made to read these. */
const meters =
  /node-exporter|cadvisor|datadog|netdata|telegraf|promtail|fluent|filebeat|metricbeat|glances|vector|alloy|loki/;

export default defineCheck({
  on: 'compose.service',
  title: 'Sensitive folder of the host in a container',
  severity: 'high',
  risk: ['access-control', 'data-exposure'],
  why: 'With keys, accounts or programs of the host in reach, a takeover of the service does not end at the container: reading them opens other machines, writing them runs code on this one.',
  remedy: 'Mount just the file or folder that the service needs, read-only where it only reads.',
  references: [
    'https://docs.docker.com/engine/storage/bind-mounts/',
    'https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html',
  ],
  compliance: { cwe: ['668', '552'], 'owasp-2021': ['A01', 'A05'], 'cis-docker': ['5.6'] },
  equivalents: { kics: ['volume_has_sensitive_host_directory'] },

  *run({ mounts, image, scope }) {
    const measures = meters.test(valueIfKnown(image) ?? '');
    for (const mount of filter(mounts, ({ type }) => type === 'bind')) {
      const found = faultOf(mount, measures);
      if (found) yield { ...found, severity: inScope(found.severity ?? 'high', scope) };
    }
    filter(mounts, ({ type, hostPath }) => type !== 'other' && known(hostPath) !== null);
  },

  bad: [
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«"/:/host"»]\n' },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«"/etc:/host/etc:ro"»]\n' },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«~/.ssh:/root/.ssh:ro»]\n' },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«/home/deploy/.aws:/root/.aws»]\n' },
    {
      'compose.yaml':
        'services:\n  a:\n    image: a\n    volumes:\n      - «type: bind\n        source: /srv/../root/\n        target: /data»\n',
    },
    {
      'compose.yaml':
        'services:\n  a:\n    image: a\n    volumes: [«"conf:/conf"»]\nvolumes:\n  conf: {driver_opts: {type: none, o: "bind,rw", device: /etc}}\n',
    },
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx\n    volumes: [«/etc/letsencrypt:/etc/letsencrypt:ro»]\n',
    },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«"${ROOT:-/var/lib/docker}:/x"»]\n' },
    // A meter may read the system, not write it.
    {
      'compose.yaml': 'services:\n  m:\n    image: prom/node-exporter\n    volumes: [«"/proc:/host/proc"»]\n',
    },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«"${HOME}/.kube:/root/.kube:ro"»]\n' },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«"/run/containerd:/r:ro"»]\n' },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«"/etc/kubernetes:/k:ro"»]\n' },
    // Only its beginning looks harmless.
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: [«/lib/modules-load.d:/x»]\n' },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  a:\n    image: a\n    volumes: ["./etc:/etc/app", "etc:/etc", "/srv/data:/data"]\n',
    },
    {
      'compose.yaml':
        'services:\n  a:\n    image: a\n    volumes: ["/etc/localtime:/etc/localtime:ro", "/etc/timezone:/etc/timezone:ro"]\n',
    },
    {
      'compose.yaml':
        'services:\n  a:\n    image: a\n    volumes: ["/etc/ssl/certs:/etc/ssl/certs:ro", "/lib/modules:/lib/modules:ro"]\n',
    },
    {
      'compose.yaml':
        'services:\n  m:\n    image: prom/node-exporter\n    volumes: ["/proc:/host/proc:ro", "/sys:/host/sys:ro", "/:/rootfs:ro"]\n',
    },
    // Another check's question.
    {
      'compose.yaml':
        'services:\n  a:\n    image: a\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]\n',
    },
    {
      'compose.yaml':
        'services:\n  a:\n    image: a\n    volumes: ["/etcetera:/x", "/etc/nginx:/etc/nginx:ro", "/etc/docker-registry:/z:ro", "/home-assistant:/config", "/rootfs:/y", "/home/deploy/app/data:/data"]\n',
    },
  ],
  unsure: [
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    volumes: ["${DATA}:/data"]\n' },
    { 'compose.yaml': 'services:\n  a:\n    image: a\n    extends: {file: gone.yaml, service: a}\n' },
  ],
});

function faultOf(mount: Mount, measures: boolean): Fault | undefined {
  const written = valueIfKnown(mount.hostPath);
  if (!written || isEngineSocket(mount)) return undefined;
  const path = settled(written);
  const readOnly = valueIfKnown(mount.readOnly) === true;
  const [, what, gravity] = folders.find(([shape]) => shape.test(path)) ?? [];
  if (!gravity || harmless.test(path) || (measures && readOnly)) return undefined;
  return {
    message: `${written} gives the container ${what}, ${readOnly ? 'to read' : 'to read and to write'}`,
    at: mount.at,
    severity: gravity[readOnly ? 1 : 0],
    discriminator: path,
  };
}
