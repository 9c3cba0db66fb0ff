import { defineCheck, filter, type Graph, known, type Resource, type Severity } from '../../src/check.ts';
import { successorOf } from '../../src/facts/image-products.ts';
import { distanceInto, imagesAlike } from '../../src/facts/images-alike.ts';
import { inScope, lowered } from '../../src/facts/weight.ts';
import { daysSince } from '../_lib/days.ts';
import { supportOf } from '../_lib/support.ts';

const python =
  '{"n":"Python","c":"lang","r":[{"c":"3.14","d":"2025-10-07","e":"2030-10-31"},{"c":"3.13","d":"2024-10-07","e":"2029-10-31"},{"c":"3.9","d":"2020-10-05","e":"2025-10-31"},{"c":"3.8","d":"2019-10-14","e":"2024-10-07"},{"c":"2.7","d":"2010-07-03","e":"2020-01-01"}]}';
const debian =
  '{"n":"Debian","c":"os","r":[{"c":"13","cn":"Trixie","d":"2025-08-09","e":"2028-08-09","x":"2030-06-30"},{"c":"12","cn":"Bookworm","d":"2023-06-10","e":"2026-07-11","x":"2028-06-30"},{"c":"11","cn":"Bullseye","d":"2021-08-14","e":"2024-08-14","x":"2026-08-31"},{"c":"9","cn":"Stretch","d":"2017-06-17","e":"2020-07-18","x":"2022-07-01"}]}';
const postgres =
  '{"n":"PostgreSQL","c":"database","r":[{"c":"18","d":"2025-09-25","e":"2030-11-14"},{"c":"11","d":"2018-10-18","e":"2023-11-09"}]}';
const mysql =
  '{"n":"MySQL","c":"database","r":[{"c":"9.7","d":"2026-04-21","e":"2034-04-21"},{"c":"8.4","d":"2024-04-30","e":"2032-04-30"},{"c":"8.0","d":"2018-04-08","e":"2026-04-30"},{"c":"5.7","d":"2015-08-09","e":"2023-10-31"}]}';
const go =
  '{"n":"Go","c":"lang","r":[{"c":"1.26","d":"2026-02-10","e":false},{"c":"1.20","d":"2023-02-01","e":"2024-02-06"}]}';

/** How soon an end is worth a word, in days. */
const soon = 90;

export default defineCheck({
  on: 'image',
  title: 'Image without security updates',
  severity: 'high',
  risk: 'outdated-component',
  why: 'Flaws that are found now are published but no longer corrected in this release. Building or pulling the image again does not help, and scanners of packages often know of nothing to update to.',
  remedy:
    'Move to a supported release of the same flavour, after reading what it changes; a database needs its data migrated.',
  references: ['https://endoflife.date', 'https://docs.docker.com/docker-hub/image-library/trusted-content/'],
  compliance: { cwe: ['1104'], 'owasp-2021': ['A06'], 'cis-docker': ['4.4'] },

  *run(image, graph) {
    const reference = known(image.reference);
    const alike = imagesAlike(image, graph);
    if (worstOf(alike, graph) !== image) return;
    const { at } = image.reference;
    const path = alike
      .filter((other) => other !== image)
      .slice(0, 5)
      .map((other) => ({ at: other.reference.at, note: 'used here too' }));
    const less = (severity: Severity): Severity => weighed(severity, image, graph);
    const successor = successorOf(reference);
    if (successor !== null) {
      yield {
        message: `Nobody maintains ${nameOf(reference)} any more; its place has taken ${successor}`,
        at,
        path,
        severity: less('high'),
        discriminator: 'deprecated',
      };
    }
    const cycles = graph.out(image, 'depends_on', 'product.cycle');
    for (const cycle of cycles.items) {
      const found = ending(cycle, graph.now);
      // A retired image needs no second finding for what is in it under the same name.
      if (!found || (successor !== null && cycle.name.toLowerCase().startsWith(nameOf(reference)))) continue;
      const { message, severity } = found;
      yield { message, at, path, severity: less(severity), discriminator: cycle.product };
    }
    filter(cycles, () => true);
  },

  bad: [
    {
      'compose.yaml': 'services:\n  db:\n    image: «postgres:11-alpine»\n',
      '@data/eol/postgresql': postgres,
    },
    // The language and the system below it.
    {
      'compose.yaml': 'services:\n  a:\n    image: ««python:3.8-slim-bullseye»»\n',
      '@data/eol/python': python,
      '@data/eol/debian': debian,
    },
    { 'compose.yaml': 'services:\n  a:\n    image: «python:3.9.7»\n', '@data/eol/python': python },
    // The newest of the series that the tag follows has ended.
    { 'compose.yaml': 'services:\n  db:\n    image: «mysql:5»\n', '@data/eol/mysql': mysql },
    {
      'compose.yaml': 'services:\n  db:\n    image: «postgres:${PG:-11}»\n',
      '@data/eol/postgresql': postgres,
    },
    {
      'compose.yaml': 'services:\n  db:\n    image: «postgres:$PG»\n',
      '.env': 'PG=11.5\n',
      '@data/eol/postgresql': postgres,
    },
    {
      'compose.yaml':
        'services:\n  db:\n    image: «public.ecr.aws/docker/library/postgres:11@sha256:0000»\n',
      '@data/eol/postgresql': postgres,
    },
    { 'compose.yaml': 'services:\n  a:\n    image: «openjdk:21-jdk»\n' },
    // Once a file, at the use that weighs most.
    {
      Dockerfile: 'FROM postgres:11 AS dump\nFROM «postgres:11»\nCOPY --from=dump /a /a\n',
      '@data/eol/postgresql': postgres,
    },
    // Ends within three months.
    { 'compose.yaml': 'services:\n  a:\n    image: «debian:bookworm-slim»\n', '@data/eol/debian': debian },
    {
      'compose.yaml': 'services:\n  a:\n    image: «debian:stretch-20220622-slim»\n',
      '@data/eol/debian': debian,
    },
  ],
  good: [
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:18\n', '@data/eol/postgresql': postgres },
    { 'compose.yaml': 'services:\n  a:\n    image: python:3\n', '@data/eol/python': python },
    { 'compose.yaml': 'services:\n  db:\n    image: mysql:8\n', '@data/eol/mysql': mysql },
    // Without a tag the newest is meant; a digest alone says nothing.
    {
      'compose.yaml': 'services:\n  a: {image: postgres}\n  b: {image: "postgres@sha256:0000"}\n',
      '@data/eol/postgresql': postgres,
    },
    // Somebody else's image of the same name.
    { 'compose.yaml': 'services:\n  a:\n    image: registry.acme.io/python:3.8\n' },
    // The name that the build gets, not what it is made of.
    {
      'compose.yaml': 'services:\n  a: {image: "postgres:11", build: .}\n  b: {image: "acme/b:1"}\n',
      '@data/eol/postgresql': postgres,
    },
    // The long-term release under its other name.
    {
      Dockerfile: 'FROM mcr.microsoft.com/windows/nanoserver:1809\n',
      '@data/eol/windows-nano-server':
        '{"n":"Microsoft Nano Server","c":"os","r":[{"c":"1809","d":"2018-11-13","e":"2020-11-10"},{"c":"2019","d":"2018-11-13","e":"2029-01-09"}]}',
    },
    // Released after the day of the run.
    { 'compose.yaml': 'services:\n  a:\n    image: golang:1.26\n', '@now': '2026-03-01', '@data/eol/go': go },
  ],
  unsure: [
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:${TAG}\n', '@data/eol/postgresql': postgres },
    { 'compose.yaml': 'services:\n  db:\n    image: postgres:11\n' },
  ],
});

function ending(
  cycle: Resource<'product.cycle'>,
  now: number,
): { readonly message: string; readonly severity: Severity } | undefined {
  const { name, newest, endOfLife, product } = cycle;
  const { ended, since, extended } = supportOf(cycle, now);
  const instead = newest === null ? '' : `; ${newest} is supported`;
  if (!ended) {
    const left = typeof endOfLife === 'string' ? -daysSince(Date.parse(endOfLife), now) : soon + 1;
    if (left > soon) return undefined;
    return {
      message: `${name} gets its last security updates on ${String(endOfLife)}${instead}`,
      severity: 'low',
    };
  }
  const when = since === null ? '' : ` since ${since}`;
  const isLong = since === null || daysSince(Date.parse(since), now) > 365;
  // Debian's is free for everybody; others are paid for.
  if (extended !== null) {
    const message = `${name} has had no regular security updates${when}, only extended ones until ${extended}${instead}`;
    return { message, severity: product === 'debian' ? 'low' : 'medium' };
  }
  const severity = compilers.has(product) || !isLong ? 'medium' : 'high';
  return { message: `${name} has had no security updates${when}${instead}`, severity };
}

/** What only builds does not run where requests arrive; a year of support is short for them. */
const compilers = new Set(['go', 'rust', 'apache-maven', 'gradle', 'composer']);

/** The one that says it for all of the same name in a file: what ships before what builds, then the most exposed. */
function worstOf(images: readonly Resource<'image'>[], graph: Graph): Resource<'image'> | undefined {
  if (!worst.has(images)) worst.set(images, foundWorst(images, graph));
  return worst.get(images);
}

/** Found once for all images of a group, which is the same list for each. */
const worst = new WeakMap<readonly Resource<'image'>[], Resource<'image'> | undefined>();

function foundWorst(images: readonly Resource<'image'>[], graph: Graph): Resource<'image'> | undefined {
  const rank = (image: Resource<'image'>): number =>
    10 * severities.indexOf(weighed('critical', image, graph)) + distanceInto(image, graph);
  return images.reduce<{ image?: Resource<'image'>; rank: number }>(
    (best, image) => (rank(image) < best.rank ? { image, rank: rank(image) } : best),
    { rank: Number.POSITIVE_INFINITY },
  ).image;
}

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

function weighed(severity: Severity, image: Resource<'image'>, graph: Graph): Severity {
  const own = image.role === 'build' ? lowered(severity, 1) : severity;
  // Every stage of an example that only builds has the scope of a build.
  if (graph.listing.isAside(image.at.source)) return inScope(own, 'example');
  const scopes = [
    ...graph.in(image, 'runs', 'compose.service').items,
    ...graph.in(image, 'depends_on', 'docker.stage').items.filter(({ scope }) => scope !== 'build'),
  ].map(({ scope }) => scope);
  return scopes.some((scope) => scope === 'production') ? own : inScope(own, scopes[0] ?? 'production');
}

function nameOf(reference: string): string {
  return reference.replace(/[:@].*$/, '');
}
