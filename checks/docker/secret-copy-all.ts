import { defineCheck, known } from '../../src/check.ts';
import { inUse, ships } from '../_lib/docker.ts';

const shown = 3;

export default defineCheck({
  on: 'docker.copy',
  title: 'A folder that is copied into the image holds secrets',
  severity: 'medium',
  risk: 'data-exposure',
  why: 'Copying a whole folder takes along what nobody thought of: environment files, keys, credentials. Everybody who can pull the image can read them.',
  remedy: 'List these files in .dockerignore, or copy by name what the image needs.',
  references: ['https://docs.docker.com/build/concepts/context/#dockerignore-files'],
  compliance: { cwe: ['538', '200'], 'owasp-2021': ['A05'], 'cis-docker': ['4.10'] },
  equivalents: { dockle: ['CIS-DI-0010', 'DKL-LI-0003'] },
  applies: (copy, graph) => copy.from === null && ships(copy, graph),

  *run(copy, graph) {
    const all = known(copy.spreadSecrets);
    // Keys of tests open nothing outside of them.
    const real = all.filter(({ path }) => !graph.listing.isAside(path));
    const files = real.length > 0 ? real : all;
    const [first] = files;
    if (!first) return;
    const names = files.slice(0, shown).map(({ path }) => path);
    const rest = files.length > shown ? ` and ${files.length - shown} more` : '';
    const message = `this takes ${names.join(', ')}${rest} into the image`;
    yield { message, at: first.at, severity: inUse(copy, real.length > 0 ? 'medium' : 'low') };
  },

  bad: [
    { Dockerfile: 'FROM node:22\nCOPY «.» /app\n', '.env': 'A=b', 'index.js': '' },
    { Dockerfile: 'FROM node:22\nADD «./» /app\n', '.env': 'A=b', '.dockerignore': 'node_modules\n*.md\n' },
    { Dockerfile: 'FROM node:22\nCOPY «config» /app/config\n', 'config/secrets.yaml': 'a: b' },
    { Dockerfile: 'FROM node:22\nCOPY package.json «conf*» /app/\n', 'config/prod/.env': 'A=b' },
    // The last pattern that fits decides.
    { Dockerfile: 'FROM node:22\nCOPY «.» /app\n', '.env': 'A=b', '.dockerignore': '*\n!.env\n' },
    // `.env` means the one at the top, not those below.
    { Dockerfile: 'FROM node:22\nCOPY «.» /app\n', 'api/.env': 'A=b', '.dockerignore': '.env\n' },
    // The file beside the Dockerfile rules alone.
    {
      Dockerfile: 'FROM node:22\nCOPY «.» /app\n',
      'Dockerfile.dockerignore': 'node_modules\n',
      '.dockerignore': '.env\n',
      '.env': 'A=b',
    },
    // Built from where compose says, whatever else lies about.
    {
      'compose.yaml':
        'services: { api: { build: { context: api, dockerfile: ../docker/api.Dockerfile } } }\n',
      'docker/api.Dockerfile': 'FROM node:22\nCOPY «.» /app\n',
      'docker/a': '',
      'docker/b': '',
      'docker/c': '',
      'api/.env': 'A=b',
    },
    // Built from the folder above, as its sources show.
    {
      'docker/Dockerfile': 'FROM node:22\nCOPY package.json ./\nCOPY «.» .\n',
      'package.json': '{}',
      'deploy/id_ed25519': 'x',
    },
    {
      Dockerfile: 'FROM nginx:1.27\nCOPY «certs/» /etc/nginx/certs/\n',
      'certs/a.pem': `-----BEGIN ${'RSA PRIVATE'} KEY-----\nMIIC\n-----END ${'RSA PRIVATE'} KEY-----\n`,
    },
  ],
  good: [
    {
      'compose.yaml':
        'services: { api: { build: { context: api, dockerfile: ../docker/api.Dockerfile } } }\n',
      'docker/api.Dockerfile': 'FROM node:22\nCOPY . /app\n',
      'docker/.env': 'A=b',
      'docker/a': '',
      'docker/b': '',
      'api/index.js': '',
    },
    // A folder for Dockerfiles alone; the ignore file tells where builds start.
    {
      'docker/Dockerfile': 'FROM node:22\nCOPY . .\n',
      'docker/a': '',
      'docker/b': '',
      'docker/c': '',
      'docker/.env': 'PASSWORD=k9-Wint3rmoon\n',
      '.dockerignore': 'docker\n',
    },
    { Dockerfile: 'FROM node:22\nCOPY . /app\n', 'index.js': '', '.env.example': 'A=' },
    {
      Dockerfile: 'FROM node:22\nCOPY . /app\n',
      '.env': 'A=b',
      'api/.env': 'A=b',
      '.dockerignore': '# local\n/**/.env\n',
    },
    { Dockerfile: 'FROM node:22\nCOPY . /app\n', 'deploy/.env': 'A=b', '.dockerignore': 'deploy\n' },
    {
      Dockerfile: 'FROM node:22\nCOPY . /app\n',
      '.env': 'A=b',
      '.dockerignore': '**\n!src/**\n',
      'src/a.js': '',
    },
    { Dockerfile: 'FROM node:22\nCOPY src /app\n', '.env': 'A=b', 'src/a.js': '' },
    {
      Dockerfile:
        'FROM node:22 AS build\nCOPY . /src\nFROM nginx:1.27\nCOPY dist /dist\nCOPY --from=build /src/dist /srv\n',
      '.env': 'A=b',
    },
    {
      Dockerfile: 'FROM nginx:1.27\nCOPY certs/ /etc/nginx/certs/\n',
      'certs/a.pem': '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n',
    },
  ],
  unsure: [
    // Nothing tells which folder it is built in.
    { 'deploy/docker/Dockerfile': 'FROM node:22\nCOPY . /app\n', '.env': 'A=b' },
  ],
});
