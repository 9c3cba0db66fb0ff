import { describe, expect, test } from 'vitest';
import type { IgnoreSettings } from '../../src/suppress/ignore.ts';
import { judgedWith } from './judged.ts';

const one = (uri: string, text: string, settings: Partial<IgnoreSettings> = {}) =>
  judgedWith({ [uri]: text }, settings);

const alias = 'nginx/alias-traversal';
const site = (inside: string) => `server {\n  listen 80;\n  server_name a.example;\n${inside}}\n`;
const bad = '  location /files {\n    alias /srv/files/;\n  }\n';

describe('where an ignore holds', () => {
  test.each<[string, string, boolean]>([
    [
      'at the end of the line',
      bad.replace('/files/;', `/files/; # hardpan-ignore ${alias} -- reviewed`),
      true,
    ],
    [
      'on the line above',
      bad.replace('    alias', `    # hardpan-ignore ${alias} -- reviewed\n    alias`),
      true,
    ],
    [
      'above, with other comments and blank lines between',
      bad.replace('    alias', `    # hardpan-ignore ${alias} -- reviewed\n\n    # media\n    alias`),
      true,
    ],
    ['before the block', `  # hardpan-ignore ${alias} -- reviewed\n${bad}`, true],
    [
      '-next at the end of another line',
      `  index a; # hardpan-ignore-next ${alias} -- reviewed\n${bad}`,
      true,
    ],
    ['-file, far from it', `${bad}  # hardpan-ignore-file ${alias} -- reviewed\n`, true],
    [
      'between -start and -end',
      `  # hardpan-ignore-start ${alias} -- reviewed\n${bad}  # hardpan-ignore-end ${alias}\n`,
      true,
    ],
    [
      'one of several names, in other letters',
      bad.replace('/files/;', '/files/; # hardpan-ignore nginx/autoindex, NGINX/Alias-Traversal -- reviewed'),
      true,
    ],
    ['all of a family', bad.replace('/files/;', '/files/; # hardpan-ignore nginx/* -- reviewed'), true],
    ['before another statement', `  # hardpan-ignore ${alias} -- reviewed\n  index a;\n${bad}`, false],
    ['at the end of another line', `  index a; # hardpan-ignore ${alias} -- reviewed\n${bad}`, false],
    [
      'after a block that stands before it',
      `  # hardpan-ignore ${alias} -- reviewed\n  location /b { return 404 "}"; }\n${bad}`,
      false,
    ],
    [
      'behind -end',
      `  # hardpan-ignore-start ${alias} -- reviewed\n  index a;\n  # hardpan-ignore-end\n${bad}`,
      false,
    ],
    [
      'last in a block',
      `  location /b {\n    return 404;\n    # hardpan-ignore ${alias} -- reviewed\n  }\n${bad}`,
      false,
    ],
    [
      'in a text',
      bad.replace('    alias', `    add_header X "# hardpan-ignore ${alias} -- no";\n    alias`),
      false,
    ],
  ])('%s', async (_, inside, hides) => {
    const { ofCheck } = await one('nginx.conf', site(inside));
    const [only, ...more] = ofCheck(alias);
    expect(more).toEqual([]);
    expect(only?.by).toBe(hides ? 'ignore' : undefined);
    if (hides) expect(only).toMatchObject({ reason: 'reviewed', at: { source: 'nginx.conf' } });
  });

  test('a YAML key with all below it, and nothing beside', async () => {
    const text = `services:
  # hardpan-ignore compose/privileged -- needs the devices @ops until 2026-12-31
  probe:
    image: probe:1
    privileged: true
  other:
    image: other:1
    privileged: true
`;
    const { ofCheck, notices, hidden } = await one('compose.yaml', text);
    expect(ofCheck('compose/privileged')).toMatchObject(
      [{ by: 'ignore', reason: 'needs the devices', owner: 'ops', expires: '2026-12-31' }, undefined].map(
        (mark) => mark ?? undefined,
      ),
    );
    expect(notices).toEqual([]);
    expect(hidden).toEqual({ ignored: 1 });
  });

  test('the end of a line of YAML', async () => {
    const text =
      'services:\n  a:\n    image: a:1\n    privileged: true # hardpan-ignore compose/privileged -- why\n';
    expect((await one('compose.yaml', text)).ofCheck('compose/privileged')).toMatchObject([
      { reason: 'why' },
    ]);
  });

  test.each([
    [
      'before the instruction',
      '# hardpan-ignore docker/chmod-777 -- scratch\nRUN echo a && \\\n  chmod -R 777 /srv\n',
    ],
    [
      'between its lines',
      'RUN echo a && \\\n  # hardpan-ignore docker/chmod-777 -- scratch\n  chmod -R 777 /srv\n',
    ],
    ['in its script', 'RUN <<EOF\n# hardpan-ignore docker/chmod-777 -- scratch\nchmod -R 777 /srv\nEOF\n'],
  ])('of a Dockerfile %s', async (_, run) => {
    const { ofCheck } = await one('Dockerfile', `FROM debian:12\nUSER app\n${run}RUN chmod 777 /opt\n`);
    expect(ofCheck('docker/chmod-777').map((mark) => mark?.by)).toEqual(['ignore', undefined]);
  });

  test('what is absent is covered at the head of what lacks it, or for the file', async () => {
    const absent = 'docker/user-missing';
    const text = 'FROM debian:12\nCMD ["a"]\n';
    expect((await one('Dockerfile', text)).ofCheck(absent)).toEqual([undefined]);
    for (const form of ['', '-next', '-file']) {
      const { ofCheck, notices } = await one(
        'Dockerfile',
        `# hardpan-ignore${form} ${absent} -- why\n${text}`,
      );
      expect([form, ofCheck(absent), notices]).toMatchObject([form, [{ by: 'ignore' }], []]);
    }
  });

  test('package.json under its key //', async () => {
    const text =
      '{\n"//": "hardpan-ignore packages/unpinned-wildcard -- ours",\n"dependencies": {"left": "*"}\n}\n';
    const { ofCheck } = await one('package.json', text);
    expect(ofCheck('packages/unpinned-wildcard')).toMatchObject([{ by: 'ignore', reason: 'ours' }]);
  });

  test('of a folded finding only the subjects that are covered', async () => {
    const service = (name: string, above = '') => `${above}  ${name}:\n    image: ${name}:1\n`;
    const folded = (above: string) =>
      one('compose.yaml', `services:\n${service('a', above)}${service('b')}${service('c')}`);
    const hardening = (await folded('')).findings.find(
      ({ tier, resources = [] }) => tier === 'hardening' && resources.length === 3,
    );
    if (!hardening) throw new Error('nothing was folded');
    const found = (await folded(`  # hardpan-ignore ${hardening.check} -- a batch job\n`)).findings.filter(
      ({ check }) => check === hardening.check,
    );
    expect(
      found.map(({ resource, resources = [resource], suppressed }) => [
        resources.map(({ name }) => name.replace('service ', '')),
        suppressed?.reason,
      ]),
    ).toEqual([
      [['a'], 'a batch job'],
      [['b', 'c'], undefined],
    ]);
    expect(found[1]?.fingerprint).toBe(hardening.fingerprint);
    expect(found[0]?.fingerprint).not.toBe(hardening.fingerprint);
  });
});

describe('what is said of ignores that do not count', () => {
  test.each<[string, RegExp, Partial<IgnoreSettings>?]>([
    ['* -- all', /nginx\.conf:4: .*\* alone would hide/],
    ['-- why', /names no check/],
    [`${alias}`, /gives no reason; add --/],
    [`${alias} reviewed`, /"reviewed" is no check; a reason stands behind --/],
    [`${alias} -- why until 2026-02-31`, /there is no day 2026-02-31/],
    [`${alias} -- why until 31.12.2026`, /there is no day 31\.12\.2026/],
    [`${alias} -- why until 2026-05-31`, /expired on 2026-05-31/],
    ['nginx/alias-travresal -- why', /no such check; did you mean nginx\/alias-traversal\?/],
    ['nginx/autoindex -- why', /hides nothing: nginx\/autoindex finds nothing where it holds/],
    [`${alias} -- why`, /the policy allows none$/, { inline: 'deny' }],
    [`${alias} -- why`, /names no owner; add @name/, { requireOwner: true }],
    [`${alias} -- why`, /has no end; add until and a day, at most 30 days/, { maxDays: 30 }],
    [`${alias} -- why until 2026-12-31`, /lasts longer than 30 days/, { maxDays: 30 }],
    [
      `${alias} -- why`,
      /allows none for nginx\/alias-traversal here/,
      { denyFor: { checks: [alias], severities: [] } },
    ],
    [
      `${alias} -- why`,
      /allows none for nginx\/alias-traversal here/,
      { denyFor: { checks: [], severities: ['high'] } },
    ],
  ])('%s', async (said, message, settings = {}) => {
    const { ofCheck, notices } = await one(
      'nginx.conf',
      site(`  # hardpan-ignore ${said}\n${bad}`),
      settings,
    );
    expect(ofCheck(alias)).toEqual([undefined]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(message);
    expect(notices[0]).toMatch(/^nginx\.conf:4: /);
  });

  test.each([
    ['-line', /there is no hardpan-ignore-line/],
    [`-start ${alias} -- why`, /nothing ends it/],
    [`-end ${alias}`, /it ends what was not begun/],
  ])('hardpan-ignore%s', async (said, message) => {
    const { notices, ofCheck } = await one('nginx.conf', site(`  # hardpan-ignore${said}\n${bad}`));
    expect(ofCheck(alias)).toEqual([undefined]);
    expect(notices.join('\n')).toMatch(message);
  });

  test('a directive behind other words is told of, a mention is not', async () => {
    const said = (comment: string) => one('nginx.conf', site(`  # ${comment}\n${bad}`));
    expect((await said(`TODO hardpan-ignore ${alias} -- why`)).notices.join()).toMatch(
      /first word of its comment/,
    );
    expect((await said('see what hardpan-ignore can do')).notices).toEqual([]);
  });

  test('a reason is not needed where the policy asks for none', async () => {
    const { ofCheck } = await one('nginx.conf', site(`  # hardpan-ignore ${alias}\n${bad}`), {
      inline: 'allow',
    });
    expect(ofCheck(alias)).toMatchObject([{ by: 'ignore', reason: '' }]);
  });

  test('the last day counts', async () => {
    const { ofCheck } = await one(
      'nginx.conf',
      site(`  # hardpan-ignore ${alias} -- x until 2026-06-01\n${bad}`),
    );
    expect(ofCheck(alias)).toMatchObject([{ expires: '2026-06-01' }]);
  });

  test('hostile comments end soon and throw nothing', async () => {
    const texts = [
      `hardpan-ignore ${'a/b,'.repeat(400)}`,
      `hardpan-ignore a/b -- ${' @a'.repeat(600)}`,
      `hardpan-ignore a/b -- ${'until '.repeat(300)}`,
      `hardpan-ignore ${' '.repeat(1900)}`,
      `hardpan-ignore a/b -- ${'x '.repeat(100_000)}`,
    ];
    const began = performance.now();
    for (const text of texts) await one('nginx.conf', site(`  # ${text}\n${bad}`));
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
