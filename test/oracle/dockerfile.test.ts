import { DockerfileParser } from 'dockerfile-ast';
import { expect, test } from 'vitest';
import { scanDockerfile } from '../../src/lang/dockerfile.ts';
import { allChecks, unpack } from '../examples.ts';

/** A document that nothing closes is the builder's error; each parser guesses in its own way what comes after. */
function isComparable(text: string): boolean {
  return !scanDockerfile(text).faults.some(({ code }) => code === 'unclosed-heredoc');
}

test('keyword and first line of every instruction are those of dockerfile-ast, over the examples', async () => {
  const compared = [];
  for (const check of (await allChecks()).values()) {
    const { bad = [], good = [], unsure = [] } = check.doc ?? {};
    for (const example of [...bad, ...good, ...unsure]) {
      for (const { uri, text = '' } of unpack(example).files) {
        if (!/Dockerfile$/.test(uri) || !isComparable(text)) continue;
        expect(ours(text), text).toEqual(theirs(text));
        compared.push(uri);
      }
    }
  }
  expect(compared.length).toBeGreaterThan(150);
}, 60_000);

test('the same over files put together from pieces', () => {
  const next = generator(20260601);
  for (let round = 0; round < 2000; round += 1) {
    const pieces = Array.from({ length: 1 + (next() % 12) }, () => parts[next() % parts.length] ?? '');
    const text = `FROM alpine:3.20\n${pieces.join('\n')}\n`;
    expect(ours(text), text).toEqual(theirs(text));
  }
}, 60_000);

const parts = [
  'RUN echo a && \\\n  echo b',
  'RUN echo a \\\n# comment\n  b \\\n\n  c',
  'RUN echo "a \\" b" \\   \n\t&& true',
  'run true',
  '  COPY --from=x --chown=a:b a b /c/',
  'COPY ["a", "b c"]',
  '# comment \\',
  '',
  '   ',
  'ENV A=b C="d e" F=g\\ h',
  'ENV A b c d',
  'RUN cat <<EOF > /x\nhello\nFROM y\nEOF',
  'RUN <<A cat && <<-"B" cat\none\nA\n\ttwo\n\tB',
  'COPY <<one.txt /etc/\nRUN no\none.txt',
  'LABEL a="b \\\n c" d=e',
  'ONBUILD RUN true',
  'CMD ["a", "b"]',
  'HEALTHCHECK --interval=5s CMD curl localhost',
  'RUN --mount=type=cache,target=/x --network=none true',
  'RUN a; \\\n b; \\\n # c \n d',
  'EXPOSE 80 443/tcp',
  'FROM a AS b',
  'UNKNOWN word',
];

function ours(text: string): readonly string[] {
  return scanDockerfile(text).instructions.map(
    ({ keyword, start }) => `${text.slice(0, start).split('\n').length} ${keyword}`,
  );
}

function theirs(text: string): readonly string[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((one) => `${one.getRange().start.line + 1} ${one.getKeyword()}`);
}

/** A linear congruence, so that a failure can be run again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536);
  };
}
