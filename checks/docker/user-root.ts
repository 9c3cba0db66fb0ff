import { defineCheck, known } from '../../src/check.ts';
import { inUse, starts } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.stage',
  title: 'The container runs as root because the image says so',
  severity: 'medium',
  risk: 'access-control',
  why: 'Whoever takes over the process is root in the container: all its files can be changed, packages installed, and a flaw of the kernel or the runtime, or one careless mount, makes it root on the host.',
  remedy:
    'Go back to an ordinary user before the command: `USER 10001:10001`, or one that the base image has (`node`, `nginx`, `$APP_UID`). Steps that need root come before it.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#user',
    'https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html#rule-2---set-a-user',
  ],
  compliance: { cwe: ['250'], 'owasp-2021': ['A05'], 'cis-docker': ['4.1'] },
  equivalents: {
    hadolint: ['DL3002'],
    trivy: ['DS-0002'],
    checkov: ['CKV_DOCKER_8'],
    dockle: ['CIS-DI-0001'],
    kics: ['last_user_is_root'],
    semgrep: ['last-user-is-root'],
  },
  fixes: { unsafe: 'goes back to a user that the base image has before the command' },
  applies: (stage, graph) => stage.setsUser && starts(stage, graph),

  *run(stage) {
    const user = known(stage.user);
    if (!user.root || user.setBy === 'base') return;
    if (known(stage.drops) !== null) return;
    const { at } = stage.user;
    const named =
      user.name === 'root' || /administrator$/i.test(user.name) ? user.name : `${user.name}, which is root,`;
    const message = `the process runs as ${named} because nothing after this line changes it`;
    const { offers, userPlace, atCommand } = stage;
    const text = atCommand ? `USER ${offers}\n` : `\nUSER ${offers}`;
    const edits = offers ? [{ at: userPlace, text, safety: 'unsafe' as const }] : [];
    yield { message, at, severity: inUse(stage, stage.exposes ? 'high' : 'medium'), edits };
  },

  bad: [
    { Dockerfile: 'FROM node:22\nUSER node\nRUN npm ci\n«USER root»\nCMD ["node", "index.js"]\n' },
    { Dockerfile: 'FROM acme/base:1\n«USER 0:0»\nEXPOSE 80\n' },
    { Dockerfile: 'FROM acme/base:1\nARG UID=0\n«USER "$UID"»\n' },
    // The parent's USER is in force.
    { Dockerfile: 'FROM node:22 AS base\n«USER root»\nFROM base\nCMD ["node", "index.js"]\n' },
    // A user of another name with the id 0.
    { Dockerfile: 'FROM debian:12\nRUN useradd -o -u 0 app\n«USER app»\n' },
    { Dockerfile: 'FROM node:22\n«USER 00»\n' },
    { Dockerfile: 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n«USER ContainerAdministrator»\n' },
    // The script is here and stays root.
    {
      Dockerfile: 'FROM node:22\nCOPY start.sh /\n«USER root»\nENTRYPOINT ["/start.sh"]\n',
      'start.sh': '#!/bin/sh\nexec node index.js\n',
    },
    // Takes the place of the base's entrypoint, which would have left root.
    { Dockerfile: 'FROM redis:7\n«USER root»\nENTRYPOINT ["redis-server"]\n' },
  ],
  good: [
    { Dockerfile: 'FROM node:22\nUSER root\nRUN npm i -g pm2\nUSER node\n' },
    // A builder may be root.
    {
      Dockerfile:
        'FROM node:22 AS build\nUSER root\nFROM node:22\nUSER 10001:0\nCOPY --from=build /app /app\n',
    },
    // Starts as root to prepare its folders, then leaves it.
    {
      Dockerfile:
        'FROM debian:12\nCOPY docker-entrypoint.sh /usr/local/bin/\nUSER root\nENTRYPOINT ["docker-entrypoint.sh"]\n',
      'docker-entrypoint.sh':
        '#!/bin/sh\nchown app /data\nif [ "$(id -u)" = 0 ]; then\n  exec gosu app "$0" "$@"\nfi\nexec "$@"\n',
    },
    // The script comes by way of a builder, or with a whole tree.
    {
      Dockerfile:
        'FROM debian:12 AS build\nWORKDIR /src\nCOPY . .\nFROM debian:12\nCOPY --from=build /src/script/run-entrypoint.sh /bin/entrypoint.sh\nUSER root\nENTRYPOINT ["/bin/entrypoint.sh"]\n',
      'script/run-entrypoint.sh': '#!/bin/sh\nexec su-exec app "$@"\n',
    },
    {
      Dockerfile: 'FROM debian:12\nCOPY rootfs/ /\nUSER root\nENTRYPOINT ["entrypoint.sh"]\n',
      'rootfs/usr/bin/entrypoint.sh': '#!/bin/sh\nexec runuser -u app -- "$@"\n',
    },
    { Dockerfile: 'FROM debian:12\nUSER root\nENTRYPOINT ["tini", "--", "su-exec", "app", "server"]\n' },
    { Dockerfile: 'FROM postgres:17\nUSER root\nRUN apt-get update\nCMD ["postgres", "-c", "fsync=on"]\n' },
  ],
  unsure: [
    { Dockerfile: 'FROM node:22\nARG RUNAS\nUSER $RUNAS\n' },
    { Dockerfile: 'FROM debian:12\nCOPY entrypoint.sh /\nUSER root\nENTRYPOINT ["/entrypoint.sh"]\n' },
    { Dockerfile: 'FROM debian:12\nUSER root\nENTRYPOINT ["/sbin/init"]\n' },
  ],
});
