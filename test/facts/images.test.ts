import { describe, expect, test } from 'vitest';
import { cycleKeys, cycleOf, productsOf, successorOf } from '../../src/facts/image-products.ts';
import { imageName, parseImageReference } from '../../src/facts/image-reference.ts';
import { serviceOfImage } from '../../src/facts/image-services.ts';

describe('references', () => {
  test.each([
    ['node', 'docker.io', 'library/node', null, null, 'node'],
    ['node:18@sha256:ab', 'docker.io', 'library/node', '18', 'sha256:ab', 'node'],
    ['index.docker.io/bitnami/redis:7', 'docker.io', 'bitnami/redis', '7', null, 'bitnami/redis'],
    ['localhost:5000/web', 'localhost:5000', 'web', null, null, 'localhost:5000/web'],
    ['localhost/web:1', 'localhost', 'web', '1', null, 'localhost/web'],
    ['arm64v8/alpine:3.20', 'docker.io', 'arm64v8/alpine', '3.20', null, 'alpine'],
    ['mirror.gcr.io/library/nginx:1', 'mirror.gcr.io', 'library/nginx', '1', null, 'nginx'],
    ['public.ecr.aws/docker/library/node:16', 'public.ecr.aws', 'docker/library/node', '16', null, 'node'],
    [
      'docker.elastic.co/elasticsearch/elasticsearch:8.1.0',
      'docker.elastic.co',
      'elasticsearch/elasticsearch',
      '8.1.0',
      null,
      'elasticsearch',
    ],
  ])('%s', (text, registry, path, tag, digest, name) => {
    const reference = parseImageReference(text);
    expect(reference).toEqual({ registry, path, tag, digest });
    expect(reference && imageName(reference)).toBe(name);
  });

  test.each(['', 'a b', '/x', ':1', 'x//y', `\${IMAGE}:1`, 'x<y'])('%j is none', (text) => {
    expect(parseImageReference(text)).toBeNull();
  });
});

describe('products', () => {
  test.each([
    ['python:3.8-slim-bullseye', 'python 3.8, debian bullseye'],
    ['node:18-alpine3.17', 'nodejs 18, alpine-linux 3.17'],
    ['node:gallium', 'nodejs 16'],
    ['node:lts-alpine', 'nodejs null'],
    ['node', 'nodejs null'],
    ['node@sha256:ab', 'nodejs null'],
    ['golang:alpine3.18', 'go null, alpine-linux 3.18'],
    ['mcr.microsoft.com/dotnet/aspnet:6.0-alpine3.18', 'dotnet 6, alpine-linux 3.18'],
    ['mcr.microsoft.com/dotnet/sdk:3.1-buster', 'dotnet 3.1, debian buster'],
    ['mcr.microsoft.com/windows/servercore:ltsc2019', 'windows-server-core 2019'],
    ['eclipse-temurin:17.0.8_7-jre-focal', 'eclipse-temurin 17.0.8, ubuntu focal'],
    ['debian:stretch-20220622-slim', 'debian stretch'],
    ['bitnami/mongodb:4.4-debian-10', 'mongodb 4.4, debian 10'],
    ['timescale/timescaledb:2.1.0-pg12', 'postgresql 12'],
    ['wordpress:php7.4', 'wordpress null, php 7.4'],
    ['centos:centos7.9.2009', 'centos 7.9.2009'],
    ['quay.io/centos/centos:stream8', 'centos-stream 8'],
    ['registry.access.redhat.com/ubi8/nodejs-18', 'rhel 8'],
    ['gcr.io/distroless/nodejs18-debian11:nonroot', 'nodejs 18, debian 11'],
    ['gcr.io/distroless/python3-debian12', 'debian 12'],
    ['amazonlinux:1', 'amazon-linux 2018.03'],
    ['sonarqube:10.2-developer', 'sonarqube-server 10.2'],
    // A stranger's tag: a suffix tells of the system, a lone word may be a branch.
    ['acme/app:1.0-alpine3.12', 'alpine-linux 3.12'],
    ['acme/app:focal', ''],
    ['registry.acme.io/node:14', ''],
  ])('%s', (text, expected) => {
    expect(
      productsOf(text)
        .map(({ product, version }) => `${product} ${version}`)
        .join(', '),
    ).toBe(expected);
  });

  test('retired images', () => {
    expect(successorOf('openjdk:8-jdk-alpine')).toBe('eclipse-temurin');
    expect(successorOf('bitnamilegacy/redis:6.2')).not.toBeNull();
    expect(successorOf('acme/openjdk:8')).toBeNull();
    expect(successorOf('constructor')).toBeNull();
  });

  test('what data they need', () => {
    expect(cycleKeys(['python:3.8-slim-bullseye', 'python:3.9', 'acme/app'])).toEqual([
      'eol/python',
      'eol/debian',
    ]);
  });
});

describe('cycles', () => {
  const slice = {
    n: 'X',
    c: 'database',
    r: [
      { c: '9.1', d: '2027-01-01', e: false },
      { c: '9.0', d: '2025-01-01', e: false },
      { c: '8', d: '2020-01-01', e: '2026-01-01', x: '2030-01-01' },
      { c: '5.7', cn: 'Sweet Pea', d: '2015-01-01', e: '2023-01-01' },
      { c: '5.6', d: '2013-01-01', e: true },
    ],
  };
  const now = Date.parse('2026-06-01');

  test.each([
    ['8.0.33', '8', '2026-01-01'],
    ['5.7.1', '5.7', '2023-01-01'],
    // The newest release of the series that is out.
    ['9', '9.0', false],
    ['5', '5.7', '2023-01-01'],
    ['sweet', '5.7', '2023-01-01'],
  ])('%s is %s', (version, cycle, endOfLife) => {
    expect(cycleOf('x', version, slice, now)).toMatchObject({
      cycle,
      endOfLife,
      newest: '9.0',
      name: `X ${cycle}`,
    });
  });

  test.each(['9.1', '4', '55', 'sour', ''])('%j is none of them', (version) => {
    expect(cycleOf('x', version, slice, now)).toBeUndefined();
  });

  test.each([undefined, null, 1, {}, { r: 1 }])('data of another form is none: %j', (data) => {
    expect(cycleOf('x', '8', data, now)).toBeUndefined();
  });
});

describe('servers', () => {
  test.each([
    ['postgres:11', 'postgresql', true],
    [`redis:\${TAG}`, 'redis', true],
    [`\${REGISTRY}/redis:7`, undefined, undefined],
    ['registry.acme.io/mirror/mysql:8', 'mysql', false],
    ['bitnamilegacy/redis', 'redis', true],
    ['acme/web', undefined, undefined],
  ])('%s', (text, product, familiar) => {
    const found = serviceOfImage(text);
    expect([found?.product, found?.familiar]).toEqual([product, familiar]);
  });
});
