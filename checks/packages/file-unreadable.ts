import { defineCheck } from '../../src/check.ts';

export default defineCheck({
  on: 'source.file',
  title: 'npm cannot read this file',
  severity: 'high',
  risk: 'misconfiguration',
  why: 'npm stops at a package.json that it cannot read, so nothing can be installed from it. A lockfile is worse: `npm install` passes over one that is broken and takes whatever is newest, and settles a merge that was left half done by itself, so nobody can tell what is deployed.',
  remedy:
    'Correct the marked place. After a merge, take one side of package-lock.json and run `npm install`, which completes it from package.json.',
  references: [
    'https://docs.npmjs.com/cli/v11/configuring-npm/package-json',
    'https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json',
  ],
  compliance: { 'owasp-2021': ['A06'] },
  applies: ({ family }) => family === 'npm',

  *run({ diagnostics }) {
    for (const { message, at, severity, code } of diagnostics) {
      yield { message, at, severity: severity === 'error' ? 'high' : 'low', discriminator: code };
    }
  },

  bad: [
    { 'package.json': '{ "name": "api", "dependencies": { "express": "^4.21.0"«,» } }' },
    { 'package.json': '{ «// the api»\n"name": "api" }' },
    { 'package.json': '{ "dependencies": { "ms": "^1.0.0", «"ms"»: "^2.0.0" } }' },
    { 'package.json': '{ "dependencies": { "ms": «2» } }' },
    { 'package.json': '{ "dependencies": { "ms": «"newest one"» } }' },
    {
      'package-lock.json':
        '{\n"lockfileVersion": 3,\n«<<<<<<< HEAD»\n"name": "a"\n=======\n"name": "b"\n>>>>>>> other\n}',
    },
  ],
  good: [
    { 'package.json': '\uFEFF{ "name": "api", "dependencies": { "express": "^4.21.0" } }' },
    { 'package-lock.json': '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}' },
    {
      'package.json':
        '{ "dependencies": null, "devDependencies": { "a": "<%= version %>", "b": "jsr:@x/b@1" } }',
    },
    { '.npmrc': 'registry=https://registry.npmjs.org/\n' },
  ],
});
