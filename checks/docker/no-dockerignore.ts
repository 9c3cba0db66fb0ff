import { defineCheck, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';

/** In a folder with no more than that the author sees what is copied. */
const few = 5;

export default defineCheck({
  on: 'docker.file',
  title: 'The whole folder is copied and nothing is left out',
  severity: 'low',
  risk: 'data-exposure',
  why: 'Without a .dockerignore a copy of the whole folder takes along the history of the repository, local settings with passwords, and whatever will be put there later; it also makes builds slow.',
  remedy:
    'Write a .dockerignore beside the Dockerfile: best `*` and then the few things that are needed as `!src`, at least `.git`, `.env*`, `node_modules` and keys.',
  references: ['https://docs.docker.com/build/concepts/context/#dockerignore-files'],
  compliance: { cwe: ['200', '538'], 'owasp-2021': ['A05'], 'cis-docker': ['4.10'] },

  *run({ wholeCopies, contextFiles, ignoreFile }, { listing }) {
    const [first] = wholeCopies;
    if (!first || contextFiles <= few) return;
    if (known(ignoreFile) !== null) return;
    yield {
      message: 'everything in the folder goes into the image, since no .dockerignore leaves anything out',
      at: first,
      severity: inScope('low', listing.isAside(first.source) ? 'example' : 'production'),
    };
  },

  bad: [
    { Dockerfile: 'FROM node:22\n«COPY . /app»\n', a: '', b: '', c: '', d: '', e: '' },
    { Dockerfile: 'FROM node:22\n«ADD ./ /app»\nCOPY * /x/\n', a: '', b: '', c: '', d: '', e: '' },
    // That of another folder does not count.
    {
      'api/Dockerfile': 'FROM node:22\n«COPY --link . .»\n',
      'api/a': '',
      'api/b': '',
      'api/c': '',
      'api/d': '',
      'api/e': '',
      '.dockerignore': '.git',
    },
  ],
  good: [
    {
      Dockerfile: 'FROM node:22\nCOPY . /app\n',
      a: '',
      b: '',
      c: '',
      d: '',
      e: '',
      '.dockerignore': '.git\n',
    },
    {
      Dockerfile: 'FROM node:22\nCOPY . /app\n',
      a: '',
      b: '',
      c: '',
      d: '',
      e: '',
      'Dockerfile.dockerignore': '.git\n',
    },
    { Dockerfile: 'FROM node:22\nCOPY . /app\n', a: '', b: '' },
    { Dockerfile: 'FROM node:22\nCOPY a b /app/\n', a: '', b: '', c: '', d: '', e: '' },
    {
      Dockerfile: 'FROM node:22 AS build\nCOPY . /app\nFROM nginx:1.27\nCOPY --from=build /app/dist /srv\n',
      a: '',
      b: '',
      c: '',
      d: '',
      e: '',
    },
    {
      'docker/app.Dockerfile': 'FROM node:22\nCOPY package.json .\nCOPY . .\n',
      'package.json': '{}',
      a: '',
      b: '',
      c: '',
      d: '',
      '.dockerignore': '',
    },
  ],
});
