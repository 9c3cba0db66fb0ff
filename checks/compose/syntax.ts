import { defineCheck } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';

export default defineCheck({
  on: 'source.file',
  title: 'Compose refuses this file',
  severity: 'medium',
  risk: 'misconfiguration',
  why: 'The project does not start, or starts without what stands at this place.',
  remedy: 'Correct the marked place; `docker compose config` prints what compose then makes of the file.',
  references: [
    'https://docs.docker.com/reference/cli/docker/compose/config/',
    'https://yaml.org/spec/1.2.2/',
  ],
  compliance: { cwe: ['1286'] },
  applies: ({ family }) => family === 'compose',

  *run({ diagnostics }, { listing }) {
    for (const { message, at, code } of diagnostics) {
      const scope = listing.isAside(at.source) ? 'example' : 'production';
      yield { message: sentence(message), at, severity: inScope('medium', scope), discriminator: code };
    }
  },

  bad: [
    { 'compose.yaml': 'services:\n  web:\n    image: nginx\n    «image»: httpd\n' },
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx\n    ports:\n      - "80:80"\n     «-» "81:81"\n  db:\n    image: postgres\n',
    },
    { 'compose.yaml': 'services:\n  web:\n    image: nginx\n    environment: «*common»\n' },
    {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n    env_file: web.env\n',
      'web.env': 'A=1\n«B C»\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  web:\n    image: nginx\n    command: [\n      "nginx"\n    ]\n    ports: !reset []\n',
    },
    { 'docker-compose.yml': '' },
    { 'compose.yaml': 'x: &x {a: 1}\nservices:\n  web:\n    image: nginx\n    labels: {<<: *x, a: 2}\n' },
  ],
});

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
