import { defineCheck, known } from '../../src/check.ts';
import { inUse, starts } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.stage',
  title: 'The container runs as root because no user is set',
  severity: 'medium',
  risk: 'access-control',
  why: 'Without USER the process has the base image’s user, here root: whoever takes it over can change every file of the container, and one flaw of the kernel or one careless mount makes it root on the host.',
  remedy:
    'Add USER before the command, with a user that the base image has or with a number such as `USER 10001:10001`, and give it the folders that it writes to.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#user',
    'https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html#rule-2---set-a-user',
  ],
  compliance: { cwe: ['250'], 'owasp-2021': ['A05'], 'cis-docker': ['4.1'] },
  equivalents: {
    trivy: ['DS-0002'],
    checkov: ['CKV_DOCKER_3'],
    dockle: ['CIS-DI-0001'],
    kics: ['missing_user_instruction'],
    semgrep: ['missing-user'],
  },
  fixes: {
    unsafe: 'adds `USER` with a user that the base image has; files that the process writes need its rights',
  },
  applies: (stage, graph) => !stage.setsUser && starts(stage, graph),

  *run(stage) {
    const user = known(stage.user);
    if (!user.root || user.setBy !== 'base') return;
    if (known(stage.drops) !== null) return;
    const base = stage.user.state === 'default' ? stage.user.why : 'the base image';
    const message = `${base} starts as ${user.name} and nothing here sets another user`;
    const { offers, userPlace } = stage;
    const edits = offers
      ? [{ at: userPlace, text: textOf(offers, stage.atCommand), safety: 'unsafe' as const }]
      : [];
    yield { message, at: stage.at, severity: inUse(stage, 'medium'), edits };
  },

  bad: [
    { Dockerfile: '«FROM node:22»\nWORKDIR /app\nCMD ["node", "index.js"]\n' },
    { Dockerfile: 'ARG REPO=docker.io/library\n«FROM ${REPO}/python:3.13-slim AS app»\nCMD python app.py\n' },
    // Another stage's USER is no help, whichever tool counts it.
    { Dockerfile: 'FROM node:22 AS build\nUSER node\n«FROM nginx:1.27»\nCOPY --from=build /app /srv\n' },
    // Uid 0 also without an operating system.
    {
      Dockerfile:
        'FROM golang:1.24 AS build\n«FROM scratch»\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
    },
    { Dockerfile: '«FROM gcr.io/distroless/static-debian12»\nCOPY app /app\n' },
    { Dockerfile: '«FROM mcr.microsoft.com/dotnet/aspnet:8.0»\nENTRYPOINT ["dotnet", "App.dll"]\n' },
    // Nothing uses it, so it is there to be asked for.
    { Dockerfile: '«FROM node:22 AS tools»\nFROM node:22\nUSER node\n' },
    { Dockerfile: 'FROM node:22 AS base\nRUN true\n«FROM base»\nCMD ["node"]\n' },
    { Dockerfile: '«FROM public.ecr.aws/docker/library/node:22»\n' },
    { Dockerfile: '«FROM haproxy:2.2»\n' },
    // Whatever the version.
    { Dockerfile: 'ARG GO_VERSION\n«FROM golang:${GO_VERSION}-alpine»\n' },
    // The entrypoint that would have left root is replaced.
    { Dockerfile: '«FROM postgres:17»\nENTRYPOINT ["sleep", "infinity"]\n' },
  ],
  good: [
    { Dockerfile: 'FROM nginxinc/nginx-unprivileged:1.27\nCOPY a /b\n' },
    { Dockerfile: 'FROM gcr.io/distroless/nodejs22-debian12:nonroot\nCOPY a /b\n' },
    { Dockerfile: 'FROM mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled\nCOPY a /b\n' },
    { Dockerfile: 'FROM cgr.dev/chainguard/node:latest\nCOPY a /b\n' },
    { Dockerfile: 'FROM haproxy:3.0\nCOPY haproxy.cfg /usr/local/etc/haproxy/\n' },
    // Files for `--output`: there is nothing to start.
    {
      Dockerfile:
        'FROM golang:1.24 AS build\nFROM gcr.io/distroless/static:nonroot AS app\nENTRYPOINT ["/app"]\nFROM scratch AS files\nCOPY --from=build /app /\n',
    },
    // Its entrypoint leaves root by itself.
    { Dockerfile: 'FROM postgres:17-alpine\nCOPY init.sql /docker-entrypoint-initdb.d/\n' },
    {
      Dockerfile:
        'FROM debian:12\nCOPY docker/entrypoint.sh /entrypoint\nENTRYPOINT ["/entrypoint"]\nCMD ["server"]\n',
      'docker/entrypoint.sh': '#!/bin/bash\nexec setpriv --reuid=app --clear-groups "$@"\n',
    },
  ],
  unsure: [
    { Dockerfile: 'ARG TAG\nFROM gcr.io/distroless/base:$TAG\n' },
    { Dockerfile: 'FROM acme/base:1\nCMD ["server"]\n' },
    { Dockerfile: 'ARG BASE\nFROM $BASE\nCMD ["server"]\n' },
  ],
});

function textOf(user: string, atCommand: boolean): string {
  return atCommand ? `USER ${user}\n` : `\nUSER ${user}`;
}
