import { defineCheck } from '../../src/check.ts';

export default defineCheck({
  on: 'source.file',
  title: 'nginx refuses this configuration',
  severity: 'high',
  risk: 'misconfiguration',
  why: 'nginx does not start, or keeps running with the old configuration after a reload.',
  remedy: 'Correct the statement at the marked place; `nginx -t` then accepts the file.',
  references: ['https://nginx.org/en/docs/beginners_guide.html#conf_structure'],
  applies: ({ family }) => family === 'nginx',

  *run({ diagnostics }) {
    for (const { message, at, severity, code } of diagnostics) {
      yield { message, at, severity: severity === 'error' ? 'high' : 'low', discriminator: code };
    }
  },

  bad: [{ 'nginx.conf': 'http { server { listen 80 } «»}' }],
  good: [{ 'nginx.conf': 'http { server { listen 80; } }' }],
});
