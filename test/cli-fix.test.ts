import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Replacement, replaceAll, replacement } from '../src/collect/replace.ts';
import { buildProgram, type Outcome, runProgram, tree } from './program.ts';

let program = '';
beforeAll(() => {
  program = buildProgram();
}, 60_000);

function fix(folder: string, ...words: readonly string[]): Outcome {
  return runProgram(program, ['fix', '--now', '2026-06-01', ...words], { cwd: folder });
}

const site = `events {}
http {
    server_tokens on; # told to everybody
    server {
        listen 443 ssl;
        server_name shop.example;
        ssl_certificate a.pem;
        ssl_certificate_key a.key;
        ssl_protocols SSLv3 TLSv1.2;
        location / {
            autoindex on;
            root /srv/public;
        }
    }
}
`;
const mended = site
  .replace('tokens on', 'tokens off')
  .replace('SSLv3 ', '')
  .replace(
    '    server {\n',
    '    server {\n        location ^~ /.git { return 404; }\n        location ^~ /.env { return 404; }\n',
  );
const read = (folder: string, name: string) => readFileSync(join(folder, name));

describe('fix prints a diff of the safe edits', () => {
  test('exit code 1 when there is any, and nothing is changed', () => {
    const folder = tree({ 'nginx.conf': site });
    const { code, out, err } = fix(folder);
    expect(out).toBe(`--- a/nginx.conf
+++ b/nginx.conf
@@ -1,12 +1,14 @@
 events {}
 http {
-    server_tokens on; # told to everybody
+    server_tokens off; # told to everybody
     server {
+        location ^~ /.git { return 404; }
+        location ^~ /.env { return 404; }
         listen 443 ssl;
         server_name shop.example;
         ssl_certificate a.pem;
         ssl_certificate_key a.key;
-        ssl_protocols SSLv3 TLSv1.2;
+        ssl_protocols TLSv1.2;
         location / {
             autoindex on;
             root /srv/public;
`);
    expect(err).toContain('3 safe fixes in 1 file; --write makes them');
    expect(err).toMatch(/2 more fixes may change what a service does; --unsafe/);
    expect(code).toBe(1);
    expect(read(folder, 'nginx.conf').toString()).toBe(site);
  });

  test('exit code 0 without any, 2 for a wrong word, 3 for what cannot be read, 4 for nothing known', () => {
    expect(fix(tree({ 'nginx.conf': mended }))).toMatchObject({ code: 0, out: '' });
    expect(fix(tree(), '--select', 'nginx/none').code).toBe(2);
    expect(fix(tree(), '/no/such/folder').code).toBe(2);
    expect(fix(tree({ 'x.tar': '' }), 'x.tar').err).toContain('only folders and files can be mended');
    expect(fix(tree({ 'nginx.conf': Buffer.from([0, 1, 2]) })).code).toBe(3);
    expect(fix(tree({ 'notes.txt': 'x' })).code).toBe(4);
  });

  test('--select and --ignore choose whose edits, and files outside the named folder stay', () => {
    const folder = tree({ 'a/nginx.conf': site, 'b/nginx.conf': site });
    expect(fix(folder, '--select', 'nginx/server-tokens', 'a').out.match(/^[-+]{3} .*|^\+ .*/gm)).toEqual([
      '--- a/a/nginx.conf',
      '+++ b/a/nginx.conf',
      '+    server_tokens off; # told to everybody',
    ]);
    expect(fix(folder, '--ignore', 'nginx/*').code).toBe(0);
  });
});

describe('fix --write', () => {
  test('makes them, says what is gone and what is left, and has nothing to do the next time', () => {
    const folder = tree({ 'nginx.conf': site });
    chmodSync(join(folder, 'nginx.conf'), 0o640);
    const { code, out } = fix(folder, '--write');
    expect(out).toContain('fixed: nginx/server-tokens at nginx.conf:3');
    expect(out).toContain('3 fixes made in 1 file');
    expect(out).toMatch(/findings left \(.*nginx\/autoindex 1.*\); --unsafe mends 2 of them/);
    expect(code).toBe(0);
    expect(read(folder, 'nginx.conf').toString()).toBe(mended);
    expect(statSync(join(folder, 'nginx.conf')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['nginx.conf']);
    expect(fix(folder, '--write')).toMatchObject({ code: 0 });
    expect(read(folder, 'nginx.conf').toString()).toBe(mended);
  });

  test('--unsafe takes the others too', () => {
    const folder = tree({ 'nginx.conf': site });
    expect(fix(folder, '--write', '--unsafe').code).toBe(0);
    expect(read(folder, 'nginx.conf').toString()).toContain('autoindex off;');
  });

  test.each([
    ['line ends of DOS', site.replaceAll('\n', '\r\n'), 'utf8', ''],
    ['a byte-order mark', site, 'utf8', '\ufeff'],
    ['UTF-16', site.replaceAll('\n', '\r\n'), 'utf16le', '\ufeff'],
    ['no line end at the end', site.trimEnd(), 'utf8', ''],
    ['letters beyond ASCII', site.replace('told', 'für alle ✓'), 'utf8', ''],
  ] as const)('keeps %s', (_, text, encoding, mark) => {
    const folder = tree({ 'nginx.conf': Buffer.from(mark + text, encoding) });
    expect(fix(folder, '--write', '--select', 'nginx/server-tokens').code).toBe(0);
    const expected = Buffer.from(mark + text.replace('tokens on', 'tokens off'), encoding);
    expect(read(folder, 'nginx.conf').equals(expected)).toBe(true);
  });

  test('refuses what is not UTF-8, and templates, and says so', () => {
    const latin = Buffer.from(site.replace('told', 'für'), 'latin1');
    const template = site.replace('shop.example', '${HOST}');
    const folder = tree({ 'a/nginx.conf': latin, 'b/nginx.conf': template, 'c/nginx.conf.template': site });
    const { code, err } = fix(folder, '--write');
    expect(err).toContain('a/nginx.conf is not valid UTF-8');
    expect(err).toContain('b/nginx.conf is a template');
    expect(err).toContain('c/nginx.conf.template is a template');
    expect(code).toBe(3);
    expect(read(folder, 'a/nginx.conf').equals(latin)).toBe(true);
    expect(read(folder, 'b/nginx.conf').toString()).toBe(template);
  });

  test('makes a file that a fix needs', () => {
    const files = {
      'api/Dockerfile': 'FROM node:22\nCOPY . /app\n',
      'api/a': '',
      'api/b': '',
      'api/c': '',
      'api/d': '',
      'api/e': '',
    };
    const folder = tree(files);
    const words = ['--unsafe', '--select', 'docker/no-dockerignore'];
    expect(fix(folder, ...words).out).toContain(
      '--- /dev/null\n+++ b/api/.dockerignore\n@@ -0,0 +1,9 @@\n+.git\n',
    );
    expect(fix(folder, '--write', ...words).out).toContain('(creates api/.dockerignore)');
    expect(read(folder, 'api/.dockerignore').toString()).toMatch(/^\.git\n\.env\*\n/);
    expect(fix(folder, ...words).code).toBe(0);
  });

  test('two that add statements at one place are both made', () => {
    const folder = tree({
      'nginx.conf': 'events {}\nhttp {\n  server {\n    listen 443 ssl;\n    root /srv/a;\n  }\n}\n',
    });
    const words = ['--write', '--unsafe', '--select', 'nginx/dotfiles', '--select', 'nginx/hsts-missing'];
    expect(fix(folder, ...words)).toMatchObject({ code: 0, err: '' });
    expect(read(folder, 'nginx.conf').toString()).toMatch(
      /server \{\n( {4}location .*\n){2} {4}add_header .*\n {4}listen|server \{\n {4}add_header .*\n( {4}location .*\n){2} {4}listen/,
    );
  });

  test('blanks secrets in the diff, and the edit is right all the same', () => {
    const token = 'npm_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789';
    const text = `//r.example/:_authToken=${token}\nregistry=http://registry.npmjs.org/\nstrict-ssl=false\n`;
    const folder = tree({ '.npmrc': text, 'package.json': '{}' });
    const shown = fix(folder, '--unsafe');
    expect(shown.out).toContain('-//r.example/:_authToken=****');
    expect(shown.out).toContain('+//r.example/:_authToken=${NPM_TOKEN}');
    const safe = fix(folder);
    expect(safe.out).toContain(' //r.example/:_authToken=****');
    const written = fix(folder, '--write');
    expect(read(folder, '.npmrc').toString()).toBe(text.replace('http:', 'https:'));
    for (const { out, err } of [shown, safe, written]) expect(out + err).not.toContain('AbCdEf');
    fix(folder, '--write', '--unsafe');
    expect(read(folder, '.npmrc').toString()).toBe(
      '//r.example/:_authToken=${NPM_TOKEN}\nregistry=https://registry.npmjs.org/\nstrict-ssl=true\n',
    );
  });

  test('follows a link to a file of the tree, and never out of it', () => {
    const folder = tree({ 'in/nginx.conf': site, 'out.conf': site });
    mkdirSync(join(folder, 'scanned'));
    symlinkSync('../out.conf', join(folder, 'scanned/nginx.conf'));
    fix(join(folder, 'scanned'), '--write', '--root', join(folder, 'scanned'), '.');
    expect(read(folder, 'out.conf').toString()).toBe(site);
    expect(lstatSync(join(folder, 'scanned/nginx.conf')).isSymbolicLink()).toBe(true);
  });

  test('a tree that cannot be written to: one clear line, and nothing is changed', () => {
    const folder = tree({ 'nginx.conf': site, 'b/nginx.conf': site });
    chmodSync(join(folder, 'b'), 0o555);
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'nginx.conf'), 0o666);
    const outcome = runProgram(program, ['fix', '--write', '--root', folder, folder], {
      cwd: folder,
      uid: 65534,
    });
    expect(outcome.err.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^hardpan: (b\/)?nginx.conf cannot be written: permission denied; no file was changed$/,
      ),
    ]);
    expect(outcome.code).toBe(3);
    expect(read(folder, 'nginx.conf').toString()).toBe(site);
    expect(readdirSync(folder).sort()).toEqual(['b', 'nginx.conf']);
  });
});

describe('a run that is interrupted', () => {
  test.each([60, 150, 250, 350, 450])('after %i ms leaves whole files, old or new', async (delay) => {
    const names = Array.from({ length: 150 }, (_, index) => `s${index}/nginx.conf`);
    const folder = tree(Object.fromEntries(names.map((name) => [name, site])));
    const child = spawn('node', [program, 'fix', '--write', '--now', '2026-06-01'], {
      cwd: folder,
      stdio: 'ignore',
    });
    setTimeout(() => child.kill('SIGINT'), delay);
    const code = await new Promise((done) => child.once('exit', done));
    expect([0, 130, null]).toContain(code);
    const texts = names.map((name) => read(folder, name).toString());
    expect(texts.filter((text) => text !== site && text !== mended)).toEqual([]);
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.hardpan'),
    );
    expect(left).toEqual([]);
  });
});

describe('replacing files', () => {
  const two = (folder: string): readonly Replacement[] =>
    ['a', 'b'].map((name) => replacement(folder, name, 'old', `new ${name}`));

  test('all or none, whichever step fails', () => {
    const folder = tree({ a: 'old', b: 'old' });
    mkdirSync(join(folder, `.b.${process.pid}.hardpan`));
    expect(() => replaceAll(two(folder))).toThrow(/^b cannot be written: .*; no file was changed$/);
    const other = tree({ a: 'old', b: 'old' });
    mkdirSync(join(other, 'c'));
    const third = { uri: 'c', path: join(other, 'c'), before: null, after: Buffer.from('x') };
    expect(() => replaceAll([...two(other), third])).toThrow(/^c cannot be written/);
    for (const one of [folder, other]) {
      expect([String(read(one, 'a')), String(read(one, 'b'))]).toEqual(['old', 'old']);
      expect(readdirSync(one).filter((name) => name.startsWith('.a'))).toEqual([]);
    }
  });

  test('a file that is no longer what was read is not touched', () => {
    const folder = tree({ a: 'old' });
    writeFileSync(join(folder, 'a'), 'other');
    expect(() => replacement(folder, 'a', 'old', 'new')).toThrow('a is not what was read a moment ago');
  });
});
