import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pseudo-random numbers that are the same in every run (mulberry32). */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/** A tree of about `count` files: projects with configuration, and the sources and notes that lie around it. */
export function generateTree(folder, count, seed = 42) {
  const next = random(seed);
  let made = 0;
  for (let project = 0; made < count; project += 1) {
    for (const [name, text] of Object.entries(projectFiles(project, next))) {
      if (made >= count) return;
      const path = join(folder, `team${project % 40}`, `app${project}`, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
      made += 1;
    }
  }
}

function projectFiles(index, next) {
  const pick = (...choices) => choices[Math.floor(next() * choices.length)];
  const files = {
    'nginx/nginx.conf': nginxMain(),
    'nginx/conf.d/site.conf': nginxSite(index, 1, 4, next),
    Dockerfile: dockerfile(pick('node:18-alpine', 'node:22', 'python:3.8-slim', 'debian:12')),
    'compose.yaml': composeFile(index, pick('postgres:11', 'postgres:16', 'redis:7', 'mysql:8')),
    'package.json': JSON.stringify(
      { name: `app${index}`, version: '1.0.0', dependencies: { lodash: '^4.17.0' } },
      null,
      2,
    ),
    'package-lock.json': lockfile(pick('4.17.15', '4.17.21')),
  };
  for (let other = 0; other < 14; other += 1)
    files[`src/module${other}.js`] = `export const value = ${next()};\n`;
  files['README.md'] = `# app${index}\n`;
  files['src/styles.css'] = 'body { margin: 0 }\n';
  files['docs/notes.md'] = 'Notes\n'.repeat(20);
  files['.env.example'] = 'PORT=3000\n';
  files['tsconfig.json'] = '{ "compilerOptions": { "strict": true } }\n';
  return files;
}

function nginxMain() {
  return 'events {}\nhttp {\n    ssl_protocols TLSv1.2 TLSv1.3;\n    include /etc/nginx/conf.d/*.conf;\n}\n';
}

/** `servers` server blocks with `locations` locations each. */
export function nginxSite(index, servers, locations, next = random(7)) {
  let text = '';
  for (let server = 0; server < servers; server += 1) {
    text += `server {\n    listen 443 ssl;\n    server_name s${server}.app${index}.example.com;\n    ssl_certificate c.crt;\n    ssl_certificate_key c.key;\n`;
    for (let location = 0; location < locations; location += 1) {
      text += `    location /p${location}/ {\n        proxy_pass http://app${Math.floor(next() * 5)}:3000;\n        proxy_set_header Host $host;\n    }\n`;
    }
    text += '}\n';
  }
  return text;
}

export function dockerfile(base) {
  return `FROM ${base} AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci && npm cache clean --force\nCOPY . .\nRUN npm run build\n\nFROM ${base}\nENV NODE_ENV=production\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\nUSER app\nCMD ["node", "dist/server.js"]\n`;
}

function composeFile(index, store) {
  return `services:\n  web:\n    build: .\n    ports:\n      - "${8000 + (index % 1000)}:3000"\n    environment:\n      NODE_ENV: production\n      DATABASE_URL: postgres://app:\${DB_PASSWORD}@db:5432/app\n    depends_on: [db]\n  db:\n    image: ${store}\n    volumes:\n      - data:/data\nvolumes:\n  data:\n`;
}

function lockfile(version) {
  return `${JSON.stringify(
    {
      name: 'app',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'app', version: '1.0.0', dependencies: { lodash: '^4.17.0' } },
        'node_modules/lodash': {
          version,
          integrity:
            'sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==',
        },
      },
    },
    null,
    2,
  )}\n`;
}

/** Packages with known flaws in some of their versions, as any large project has a few. */
const flawed = [
  'lodash',
  'minimist',
  'qs',
  'semver',
  'express',
  'body-parser',
  'ws',
  'axios',
  'tar',
  'debug',
];

/** A project and its lockfile of `count` packages, each of which asks for three others, of about 450 bytes each. */
export function lockedProject(count, next = random(3)) {
  const names = Array.from({ length: count }, (_, index) =>
    index % 75 === 0 ? flawed[(index / 75) % flawed.length] : `package-${index}`,
  );
  const asked = (index, many) =>
    Object.fromEntries(
      Array.from({ length: many }, () => [
        names[Math.min(count - 1, index + 1 + Math.floor(next() * 40))],
        '^1.0.0',
      ]),
    );
  const project = { name: 'app', version: '1.0.0', private: true, dependencies: asked(-1, 40) };
  const packages = { '': project };
  for (const [index, name] of names.entries()) {
    packages[`node_modules/${index < 750 ? '' : `${names[index - 750]}/node_modules/`}${name}`] = {
      version: `1.${index % 20}.0`,
      resolved: `https://registry.npmjs.org/${name}/-/${name}-1.${index % 20}.0.tgz`,
      integrity: `sha512-${'A'.repeat(86)}==`,
      license: 'MIT',
      ...(index % 3 === 0 ? { dev: true } : {}),
      dependencies: asked(index, 3),
      engines: { node: '>=18' },
    };
  }
  const lock = { name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  return {
    'package.json': JSON.stringify(project, null, 2),
    'package-lock.json': JSON.stringify(lock, null, 2),
  };
}
