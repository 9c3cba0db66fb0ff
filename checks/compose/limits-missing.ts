import { defineCheck, known, type Resource } from '../../src/check.ts';

export default defineCheck({
  on: 'compose.service',
  title: 'Container without limits',
  severity: 'low',
  tier: 'hardening',
  risk: 'denial-of-service',
  why: 'One service that leaks memory, spins or forks takes the host and every other container down with it.',
  remedy:
    'Set `mem_limit`, `cpus` and `pids_limit`, or the same under `deploy.resources.limits`, with room above what the service uses at its peak.',
  references: [
    'https://docs.docker.com/engine/containers/resource_constraints/',
    'https://docs.docker.com/reference/compose-file/deploy/#resources',
  ],
  compliance: { cwe: ['770', '400'], 'owasp-2021': ['A05'], 'cis-docker': ['5.11', '5.12', '5.29'] },
  equivalents: { kics: ['memory_not_limited', 'cpus_not_limited', 'pids_limit_not_set'] },
  applies: ({ scope }) => scope === 'production',

  *run(service) {
    const missing = limits.filter(([, value]) => known(value(service)) === null).map(([name]) => name);
    if (missing.length === 0) return;
    const named = [missing.slice(0, -1).join(', '), missing.at(-1)].filter((part) => part).join(' or ');
    yield { message: `Nothing limits the ${named} of ${service.name}`, at: service.at };
  },

  bad: [
    { 'compose.yaml': 'services:\n  «api»:\n    image: acme/api:1\n' },
    // Folded into one finding for the file.
    { 'compose.yaml': 'services:\n  «api»:\n    image: acme/api:1\n  web:\n    image: nginx\n' },
    { 'compose.yaml': 'services:\n  «api»:\n    image: acme/api:1\n    mem_limit: 512m\n    cpus: 1\n' },
    // Without a limit after all.
    {
      'compose.yaml':
        'services:\n  «api»:\n    image: acme/api:1\n    mem_limit: 512m\n    cpus: 1\n    pids_limit: -1\n',
    },
  ],
  good: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    mem_limit: 512m\n    cpus: 0.5\n    pids_limit: 100\n',
    },
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    deploy:\n      resources:\n        limits: {memory: 512M, cpus: "0.5", pids: 100}\n',
    },
    {
      'compose.yaml': 'services:\n  api:\n    image: acme/api:1\n    mem_limit: 512m\n    cpus: 0.5\n',
      'compose.override.yaml': 'services:\n  api: {pids_limit: 100}\n',
    },
    {
      'compose.yaml':
        'x-limits: &limits\n  mem_limit: 512m\n  cpus: 1\n  pids_limit: 100\nservices:\n  api:\n    <<: *limits\n    image: acme/api:1\n',
    },
  ],
  unsure: [
    {
      'compose.yaml':
        'services:\n  api:\n    image: acme/api:1\n    mem_limit: ${MEM}\n    cpus: 1\n    pids_limit: 100\n',
    },
  ],
});

type Service = Resource<'compose.service'>;
const limits = [
  ['memory', (service: Service) => service.memoryLimit],
  ['CPU time', (service: Service) => service.cpuLimit],
  ['processes', (service: Service) => service.pidsLimit],
] as const;
