import { defineCheck, known } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';

export default defineCheck({
  on: 'compose.service',
  title: 'Privileged container',
  severity: 'high',
  risk: 'access-control',
  why: 'A privileged container has every capability and every device of the host. Whoever takes it over mounts the disk of the host and is root there.',
  remedy:
    'Take `privileged` away and give the container just the device (`devices:`) or the capability (`cap_add:`) that it needs.',
  references: [
    'https://docs.docker.com/reference/compose-file/services/#privileged',
    'https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities',
  ],
  compliance: { cwe: ['250'], 'owasp-2021': ['A05'], 'cis-docker': ['5.5'] },
  equivalents: { kics: ['privileged_containers_enabled'], semgrep: ['privileged-service'] },

  *run({ privileged, scope }) {
    if (!known(privileged)) return;
    yield {
      message: 'privileged is true, so root in this container is root on the host',
      at: privileged.at,
      severity: inScope('high', scope),
      edits: [{ at: privileged.at, text: 'false', safety: 'unsafe' }],
    };
  },

  bad: [
    { 'compose.yaml': 'services:\n  ci:\n    image: docker:27-dind\n    privileged: «true»\n' },
    { 'compose.yaml': 'services:\n  ci:\n    image: docker:27-dind\n    privileged: «"true"»\n' },
    { 'compose.yaml': 'services:\n  ci:\n    image: docker:27-dind\n    privileged: «${PRIVILEGED:-yes}»\n' },
    // The file that compose merges by itself decides.
    {
      'compose.yaml': 'services:\n  ci:\n    image: docker:27-dind\n    privileged: false\n',
      'compose.override.yaml': 'services:\n  ci:\n    privileged: «true»\n',
    },
    {
      'compose.yaml':
        'x-all: &all\n  privileged: «true»\nservices:\n  a: {image: a, <<: *all}\n  b: {image: b, <<: *all}\n',
    },
    {
      'compose.yaml': 'services:\n  ci:\n    extends: {file: common.yaml, service: base}\n',
      'common.yaml': 'services:\n  base:\n    image: docker:27-dind\n    privileged: «true»\n',
    },
  ],
  good: [
    { 'compose.yaml': 'services:\n  web:\n    image: nginx\n' },
    { 'compose.yaml': 'services:\n  web:\n    image: nginx\n    privileged: false\n' },
    {
      'compose.yaml': 'services:\n  ci:\n    image: docker:27-dind\n    privileged: true\n',
      'compose.override.yaml': 'services:\n  ci:\n    privileged: !reset null\n',
    },
    { 'compose.yaml': 'x-old:\n  privileged: true\nservices:\n  web:\n    image: nginx\n' },
  ],
  unsure: [
    { 'compose.yaml': 'services:\n  ci:\n    image: docker:27-dind\n    privileged: ${PRIVILEGED}\n' },
    {
      'compose.yaml':
        'services:\n  ci:\n    image: docker:27-dind\n    extends: {file: elsewhere.yaml, service: base}\n',
    },
  ],
});
