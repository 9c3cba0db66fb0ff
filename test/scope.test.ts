import { expect, test } from 'vitest';
import { isForDevelopment } from '../src/model/scope.ts';

test.each([
  ['docker-compose.dev.yml', true],
  ['docker-compose.example.yml', true],
  ['.gitpod.Dockerfile', true],
  ['test.Dockerfile', true],
  ['devenv/docker/compose.yaml', true],
  ['.github/workflows/compose.yaml', true],
  ['plugins/mysql_tests/compose.yaml', true],
  ['compose.yaml', false],
  ['device/compose.yaml', false],
  ['contest/Dockerfile', false],
  ['localization/Dockerfile.web', false],
])('%s is for development: %s', (path, expected) => {
  expect(isForDevelopment(path, '')).toBe(expected);
});

test('the folder that is scanned does not count', () => {
  expect(isForDevelopment('dev/shop/compose.yaml', 'dev/shop')).toBe(false);
});
