import { expect, test } from 'vitest';
import { excerpts } from '../../src/report/excerpt.ts';

const text = 'PASSWORD=password\nTOKEN=k9-Wint3rmoon\n';
const source = { uri: 'a.env', size: text.length, mode: 0o644, tracked: false, text };
const { clean } = excerpts(
  new Map([['a.env', source]]),
  new Map([
    [
      'a.env',
      [
        { start: 9, end: 17 },
        { start: 24, end: 37 },
      ],
    ],
  ]),
);

test('a secret is blanked wherever a message quotes it', () => {
  expect(clean('curl -u app:k9-Wint3rmoon http://x')).toBe('curl -u app:******** http://x');
});

test('a secret that is a common word is blanked only where a value stands', () => {
  expect(clean('holds a well-known password; passwords and /srv/password/x stay')).toBe(
    'holds a well-known password; passwords and /srv/password/x stay',
  );
  expect(clean('http://app:password@db, PASSWORD=password, "password"')).toBe(
    'http://app:********@db, PASSWORD=********, "********"',
  );
});
