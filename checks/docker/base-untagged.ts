import { defineCheck, known, some, valueIfKnown } from '../../src/check.ts';
import { inUse } from '../_lib/docker.ts';

/** Images that only ever move, with their version in the name; a digest is what fixes them. */
const rolling = /^(gcr\.io\/distroless|cgr\.dev\/chainguard)\//;

export default defineCheck({
  on: 'docker.stage',
  title: 'The base image has no version',
  severity: 'medium',
  risk: ['supply-chain', 'outdated-component'],
  why: 'Without a tag the newest image of the moment is taken: two builds of one commit differ, a new major version arrives unannounced, and nobody can tell what a running image was made of.',
  remedy:
    'Write the version that is meant, as exact as updates are automated for: `node:22.12-bookworm-slim`, with a digest for builds that have to be the same.',
  references: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions'],
  compliance: { cwe: ['1104', '829'], 'owasp-2021': ['A06', 'A08'], 'cis-docker': ['4.2', '5.28'] },
  equivalents: {
    hadolint: ['DL3006'],
    trivy: ['DS-0001'],
    checkov: ['CKV_DOCKER_7'],
    dockle: ['DKL-DI-0006'],
    kics: ['image_version_not_explicit'],
    semgrep: ['missing-image-version'],
  },
  applies: ({ base }) => base.type === 'image',

  *run(stage, graph) {
    if (known(stage.base.pin) !== 'none') return;
    const name = valueIfKnown(stage.base.reference);
    // A service that builds it may say that the name is something else.
    const services = graph.all('compose.service', stage.at);
    if (name !== undefined && some(services, ({ buildContexts }) => buildContexts.includes(name))) return;
    const severity = rolling.test(name ?? '') ? 'info' : inUse(stage, 'medium');
    const message = `${name ?? 'this image'} without a tag is whatever is newest when it is built`;
    yield { message, at: stage.base.at, severity };
  },

  bad: [
    { Dockerfile: 'FROM «node»\n' },
    { Dockerfile: 'FROM --platform=linux/amd64 «localhost:5000/acme/app» AS app\n' },
    { Dockerfile: 'ARG BASE=ubuntu\nFROM «$BASE»\n' },
    // Whatever the registry is, there is no tag behind the name.
    { Dockerfile: 'ARG REGISTRY\nFROM «${REGISTRY}/acme/app»\n' },
    { Dockerfile: 'FROM «golang» AS build\nFROM scratch\nCOPY --from=build /a /a\n' },
    // A stage that comes later is no stage yet.
    { Dockerfile: 'FROM «build»\nFROM node:22 AS build\n' },
    { Dockerfile: 'FROM «gcr.io/distroless/base-debian12»\n' },
    { Dockerfile: 'ARG TAG=\nFROM «node${TAG:+:$TAG}»\n' },
  ],
  good: [
    { Dockerfile: 'FROM node:22 AS build\nFROM BUILD\nFROM scratch\n' },
    { Dockerfile: 'FROM node@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n' },
    { Dockerfile: 'ARG REGISTRY\nFROM ${REGISTRY}/node:22\n' },
    { Dockerfile: 'ARG VERSION=22\nFROM node:${VERSION}-slim\n' },
    { Dockerfile: 'ARG VERSION\nFROM node:${VERSION:-22}\n'.replace('ARG VERSION\n', '') },
    { Dockerfile: 'ARG SUFFIX\nFROM node:22$SUFFIX\n' },
    // The id of an image.
    { Dockerfile: 'FROM 82ad5fa11820c2889c60f7f748d67aab04400700c581843db0d1e68735327443\n' },
    {
      Dockerfile: 'FROM base\n',
      'base.Dockerfile': 'FROM node:22\n',
      'compose.yaml':
        'services:\n  base: {build: {context: ., dockerfile: base.Dockerfile}}\n  app: {build: {context: ., additional_contexts: ["base=service:base"]}}\n',
    },
  ],
  unsure: [
    { Dockerfile: 'FROM {{ base }}\n' },
    { Dockerfile: 'ARG BASE\nFROM $BASE\n' },
    { Dockerfile: 'ARG VERSION\nFROM node${VERSION}\n' },
  ],
});
