import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/audit.ts';
import { type Check, defineCheck, type Edit } from '../../src/check.ts';
import { memory } from '../../src/collect/memory.ts';
import { overlay } from '../../src/collect/overlay.ts';
import { applied } from '../../src/fix/apply.ts';
import { unifiedDiff } from '../../src/fix/diff.ts';
import { type Fix, fixesOf, outcome, plan } from '../../src/fix/plan.ts';
import { prove, shortfall, standingOf } from '../../src/fix/prove.ts';
import { loaders } from '../../src/load/index.ts';
import { tree } from '../program.ts';

const safe = { safety: 'safe' } as const;

/** `a «b» c` with `b` replaced. */
function edited(marked: string, put: string, more: Partial<Edit> = {}): string {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const text = marked.replace(/[«»]/g, '');
  return applied(text, [{ at: { source: 'f', start, end }, text: put, ...safe, ...more }]);
}

describe('an edit takes the style of the file', () => {
  const added = (marked: string) => edited(marked, 'x;\ny;', { layout: 'statements' });

  test.each([
    ['a b c', 'a «b» c', 'a c'],
    ['at the end of a line', 'a «b»\nc\n', 'a\nc\n'],
    ['at its beginning', '  «b» c\n', '  c\n'],
    ['of the whole line', 'a\n  «b»  \nc\n', 'a\nc\n'],
    ['of the whole line with CRLF', 'a\r\n«b»\r\nc', 'a\r\nc'],
    ['of an empty line', 'a\n«»\nc\n', 'a\nc\n'],
    ['within a word', 'a«b»c', 'ac'],
    ['before a sign', 'a «b»;', 'a ;'],
  ])('a removal %s leaves no gap', (_, marked, expected) => {
    expect(edited(marked, '')).toBe(expected);
  });

  test('lines end as those of the file do', () => {
    expect(edited('a\r\n«»b\r\n', 'x\ny\n')).toBe('a\r\nx\r\ny\r\nb\r\n');
    expect(edited('a\n«»b\n', 'x\r\n')).toBe('a\nx\nb\n');
  });

  test.each([
    ['behind a brace in a line', 's {«» a; }', 's { x; y; a; }'],
    ['behind a brace at the end of its line', 's {«»\n  a;\n}', 's {\n  x;\n  y;\n  a;\n}'],
    ['with tabs', '\ts {«» # why\r\n\t\ta;\r\n\t}', '\ts { # why\r\n\t\tx;\r\n\t\ty;\r\n\t\ta;\r\n\t}'],
    ['into an empty block', '  s {«»\n  }', '  s {\n      x;\n      y;\n  }'],
    ['before a statement', '  s {\n    «»a;\n  }', '  s {\n    x;\n    y;\n    a;\n  }'],
    ['before one in a line', 's { «»a; }', 's { x; y; a; }'],
    ['behind a statement', '  a;«» # b\n  c;', '  a; # b\n  x;\n  y;\n  c;'],
    ['behind one in a line', 's { a;«» }', 's { a; x; y; }'],
  ])('statements %s are laid out like those around', (_, marked, expected) => {
    expect(added(marked)).toBe(expected);
  });

  test('a statement keeps its alignment', () => {
    expect(edited('a;\n«ssl_ciphers   x;»', 'ssl_ciphers y;')).toBe('a;\nssl_ciphers   y;');
    expect(edited('«ssl_ciphers\t x;»', 'other y;')).toBe('other y;');
  });

  test('the same edit for two findings is made once', () => {
    const edit: Edit = { at: { source: 'f', start: 0, end: 1 }, text: 'b', ...safe };
    expect(applied('a', [edit, edit])).toBe('b');
  });
});

describe('the diff', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');
  const long = lines(60);

  test.each([
    ['one line', long, long.replace('line 30\n', 'changed\n')],
    ['first and last', long, `new\n${long.replace('line 59\n', '')}`],
    ['near places', long, long.replace('line 10\n', 'a\nb\n').replace('line 14\n', '')],
    ['far places', long, long.replace('line 3\n', '').replace('line 50\n', 'x\ny\nz\n')],
    ['no line end before', 'a\nb', 'a\nb\n'],
    ['no line end after', 'a\nb\n', 'a\nc'],
    ['blank lines', 'a\n\n\nb\n\nc\n', 'a\n\nx\n\nb\n\n\nc\n'],
    ['line ends of DOS', 'a\r\nb\r\n', 'a\r\nc\r\n'],
    ['all of it', 'a\nb\nc\n', ''],
    ['from nothing', '', 'a\n'],
  ])('is what git applies: %s', (_, before, after) => {
    const folder = tree({ 'dir/f': before });
    const patch = `${[...unifiedDiff('dir/f', before, after)].join('\n')}\n`;
    writeFileSync(join(folder, 'patch'), patch);
    execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', 'patch'], { cwd: folder });
    expect(readFileSync(join(folder, 'dir/f'), 'utf8')).toBe(after);
  });

  test('of random changes too, and of a file that is new', () => {
    const folder = tree();
    let state = 7;
    const random = (below: number) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state % below;
    };
    for (let round = 0; round < 60; round += 1) {
      const before = Array.from({ length: random(30) }, () => `${'ab }'[random(4)]}\n`);
      const after = before.flatMap((line) => [[line], [], [line, 'n\n'], [line], [line]][random(5)] ?? []);
      const [old, fresh] = [before.join(''), after.join('')];
      writeFileSync(join(folder, 'f'), old);
      writeFileSync(join(folder, 'patch'), `${[...unifiedDiff('f', old, fresh)].join('\n')}\n`);
      if (old === fresh) expect([...unifiedDiff('f', old, fresh)]).toEqual([]);
      else execFileSync('git', ['apply', '--whitespace=nowarn', 'patch'], { cwd: folder });
      expect(readFileSync(join(folder, 'f'), 'utf8')).toBe(fresh);
    }
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'patch'), `${[...unifiedDiff('new/f', null, 'a\nb\n')].join('\n')}\n`);
    execFileSync('git', ['apply', 'patch'], { cwd: folder });
    expect(readFileSync(join(folder, 'new/f'), 'utf8')).toBe('a\nb\n');
  }, 60_000);
});

/** Checks whose edits do things that a real one should not. */
function asking(edits: (at: Edit['at']) => readonly Edit[]): Check {
  return defineCheck({
    on: 'docker.stage',
    title: 'x',
    severity: 'low',
    risk: 'misconfiguration',
    why: 'x',
    remedy: 'x',
    references: ['https://x.example'],
    *run({ at, name }) {
      yield { message: 'x', at, edits: edits(at), discriminator: name };
    },
    bad: [{}],
    good: [{}],
  });
}

async function runWith(files: Record<string, string>, checks: Record<string, Check>, texts = {}) {
  const collector = overlay(
    memory('x', [
      ...Object.entries(files).map(([uri, text]) => ({ uri, text })),
      { uri: 'old/Dockerfile', bytes: Buffer.from('FROM b\n# caf\xe9\n', 'latin1') },
    ]),
    new Map(Object.entries(texts)),
  );
  const now = Date.parse('2026-06-01');
  const data = { open: () => undefined };
  return audit({ collector, loaders, checks: async () => new Map(Object.entries(checks)), data, now });
}

const put = (at: Edit['at'], text: string, more: Partial<Edit> = {}): Edit => ({
  at,
  text,
  ...safe,
  ...more,
});

describe('what is made and what is refused', () => {
  const why = async (edits: (at: Edit['at']) => readonly Edit[], files: Record<string, string>) => {
    const run = await runWith(files, { 'docker/x': asking(edits) });
    const { refused } = plan(fixesOf(run.audit.findings), run);
    return refused.map((one) => `${one.fix.finding.at.source}: ${one.why}`);
  };

  test('outside the root, accounts, what is there already, what is no folder', async () => {
    const files = { Dockerfile: 'FROM a\n', b: '' };
    const notUtf8 = 'old/Dockerfile: old/Dockerfile is not valid UTF-8 and was read as Latin-1';
    const at = (source: string) => ({ source, start: 0, end: 0 });
    for (const [source, creates, expected] of [
      ['../x', false, 'lies outside the root'],
      ['/etc/x', true, 'lies outside the root'],
      ['aws:1/x/iam/-/ListUsers', false, 'about an account'],
      ['b', true, 'exists by now'],
      ['none/b', true, 'is not a scanned folder'],
      ['b', false, 'not a text that was read'],
    ] as const) {
      const found = await why(() => [put(at(source), 'x', creates ? { creates } : {})], files);
      expect(found[0]).toContain(expected);
    }
    expect(await why((place) => [put(place, 'x')], files)).toEqual([notUtf8]);
  });

  test.each([
    ['Dockerfile', 'FROM a\nRUN echo {{ x }}\n'],
    ['Dockerfile', '{% if x %}\nFROM a\n{% endif %}\n'],
    ['Dockerfile', 'FROM a\nRUN <%= x %>\n'],
  ])('templates stay as they are: %s %j', async (name, text) => {
    expect((await why((at) => [put(at, 'FROM c')], { [name]: text })).join()).toContain('is a template');
  });

  test('of overlapping fixes the later one waits; equal edits do not overlap', async () => {
    const first = asking((at) => [put(at, 'FROM c')]);
    const other = asking((at) => [put({ ...at, start: at.end - 1 }, 'd')]);
    const run = await runWith(
      { Dockerfile: 'FROM a\n' },
      { 'docker/a': first, 'docker/b': other, 'docker/c': first },
    );
    const fixes = fixesOf(run.audit.findings).filter(({ finding }) => finding.at.source === 'Dockerfile');
    const planned = plan(fixes, run);
    expect(planned.fixes.map(({ finding }) => finding.check)).toEqual(['docker/a', 'docker/c']);
    expect(planned.postponed.map(({ fix, why: because }) => [fix.finding.check, because])).toEqual([
      ['docker/b', 'it changes the same place as that of docker/a'],
    ]);
    expect(outcome(planned.fixes, run)).toMatchObject([{ uri: 'Dockerfile', after: 'FROM c\n' }]);
  });

  test('one unsafe edit makes the fix unsafe, and what somebody suppressed is left alone', async () => {
    const mixed = asking((at) => [put(at, 'x'), put({ ...at, end: at.start }, 'y', { safety: 'unsafe' })]);
    const { audit: found } = await runWith({ Dockerfile: 'FROM a\n' }, { 'docker/x': mixed });
    expect(fixesOf(found.findings).map(({ safety }) => safety)).toEqual(['unsafe', 'unsafe']);
    const suppressed = found.findings.map((one) => ({ ...one, suppressed: { by: 'waiver', reason: 'x' } }));
    expect(fixesOf(suppressed)).toEqual([]);
  });
});

describe('a fix has to keep its promise', () => {
  const trial = async (check: Check, more: Record<string, Check> = {}) => {
    const checks = { 'docker/x': check, ...more };
    const files = { Dockerfile: 'FROM a\n', 'b/Dockerfile': 'FROM a\n' };
    const run = await runWith(files, checks);
    const { fixes } = plan(
      fixesOf(run.audit.findings).filter(({ finding }) => finding.check === 'docker/x'),
      run,
    );
    return prove(fixes, async (tried) => {
      const texts = Object.fromEntries(outcome(tried, run).map(({ uri, after }) => [uri, after]));
      const after = await runWith(files, checks, texts);
      return shortfall(standingOf(run), standingOf(after), tried);
    });
  };
  const named = (fixes: readonly Fix[]) => fixes.map(({ finding }) => finding.at.source);

  test('one that leaves its finding is refused, by name', async () => {
    const { fixes, refused } = await trial(asking((at) => [put({ ...at, end: at.start }, '# x\n')]));
    expect(named(fixes)).toEqual([]);
    expect(refused.map(({ fix, why }) => [fix.finding.at.source, why])).toEqual([
      ['Dockerfile', 'its finding did not go away'],
      ['b/Dockerfile', 'its finding did not go away'],
    ]);
  });

  test('one that makes a file unreadable, or brings another finding, is refused; its good neighbour is kept', async () => {
    const good = (at: Edit['at']) => [put({ ...at, end: at.start }, 'FROM ')];
    const bad = (at: Edit['at']) => (at.source === 'Dockerfile' ? [put(at, 'LABEL a=b')] : good(at));
    const onlyA = { ...asking(bad) };
    const { syntax } = { syntax: (await import('../../checks/docker/syntax.ts')).default };
    const once: Check = {
      ...onlyA,
      *run(stage, graph, params) {
        if (stage.at.end - stage.at.start === 'FROM a'.length) yield* onlyA.run(stage, graph, params);
      },
    };
    const { fixes, refused } = await trial(once, { 'docker/syntax': syntax });
    expect(named(fixes)).toEqual(['b/Dockerfile']);
    expect(refused.map(({ fix }) => fix.finding.at.source)).toEqual(['Dockerfile']);
  });

  test('few runs find one bad fix among many', async () => {
    const all = Array.from(
      { length: 64 },
      (_, index) => ({ finding: { check: `${index}` } }) as unknown as Fix,
    );
    let runs = 0;
    const { fixes, refused } = await prove(all, async (tried) => {
      runs += 1;
      return tried.some(({ finding }) => finding.check === '37') ? 'no' : undefined;
    });
    expect(refused.map(({ fix }) => fix.finding.check)).toEqual(['37']);
    expect(fixes.length).toBe(63);
    expect(runs).toBeLessThan(22);
  });

  test('two that hold alone and not together: the later half waits', async () => {
    const all = ['a', 'b'].map((check) => ({ finding: { check } }) as unknown as Fix);
    const { fixes, refused } = await prove(all, async (tried) => (tried.length > 1 ? 'both' : undefined));
    expect(fixes.map(({ finding }) => finding.check)).toEqual(['a']);
    expect(refused.map(({ fix, why }) => [fix.finding.check, why])).toEqual([['b', 'both']]);
  });
});
