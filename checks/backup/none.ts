import { defineCheck, Undetermined } from '../../src/check.ts';
import { backupScript, backupServices, covers, dataMount } from '../../src/facts/backups.ts';
import { inScope } from '../../src/facts/weight.ts';
import { unresolved } from '../../src/model/value.ts';

const store = (more = '') =>
  `services:\n  db:\n    image: postgres:16\n    volumes:\n      - pgdata:/var/lib/postgresql/data\n${more}volumes:\n  pgdata:\n`;
const marked = (text: string) =>
  text.replace('pgdata:/var/lib/postgresql/data', '«pgdata:/var/lib/postgresql/data»');

export default defineCheck({
  on: 'compose.service',
  title: 'No backup of a data store',
  severity: 'medium',
  confidence: 'medium',
  risk: 'missing-backup',
  why: 'A failed disk, a wrong command or an intruder ends the data: a volume is not a copy.',
  remedy:
    'Add a job that dumps the store and sends the copy to another place, or declare under facts who backs it up and how.',
  references: ['https://docs.docker.com/engine/storage/volumes/#back-up-restore-or-migrate-data-volumes'],
  compliance: { cwe: ['693'], 'nist-800-53-r5': ['CP-9'], iso27001: ['A.8.13'] },
  applies: (service, graph) => dataMount(service, graph) !== undefined,

  *run(service, graph) {
    const mount = dataMount(service, graph);
    if (!mount || graph.declared['backups'] !== undefined) return;
    const jobs = backupServices(service, graph);
    if (jobs.some((job) => covers(job, service, graph))) return;
    // A crontab or a timer that cannot be read may hold the job.
    const unseen = graph.unseen('backup.job', service.at);
    if (unseen.length > 0) throw new Undetermined(unseen);
    const script = backupScript(service, graph);
    if (script !== undefined) {
      const reason = `${script} may back it up, but what it does is not read`;
      throw new Undetermined([unresolved(reason, service.at)]);
    }
    const others = jobs.length > 0 ? ` (${jobs.map(({ name }) => name).join(', ')} does not name it)` : '';
    yield {
      message: `Nothing in these files backs up the data of ${service.name}${others}`,
      at: mount.at,
      severity: inScope('medium', service.scope),
    };
  },

  bad: [
    { 'compose.yaml': marked(store()) },
    // A job for another store.
    {
      'compose.yaml': marked(
        store(
          '  backup:\n    image: prodrigestivill/postgres-backup-local:16\n    environment:\n      POSTGRES_HOST: ledger\n',
        ),
      ),
    },
    // A cache that was told to keep its data.
    {
      'compose.yaml':
        'services:\n  queue:\n    image: redis:7\n    command: redis-server --appendonly yes\n    volumes: [«"./redis:/data"»]\n',
    },
    // Reading about it, or code of the application, is no job.
    { 'compose.yaml': marked(store()), 'docs/backup.md': 'pg_dump', 'src/backup.ts': 'pg_dump' },
    // A copy of the word is no copy of the data.
    {
      'compose.yaml': marked(
        store('  docs:\n    image: nginx:1.27\n    environment:\n      TOPIC: pg_dump of db\n'),
      ),
    },
  ],
  good: [
    {
      'compose.yaml': store(
        '  backup:\n    image: prodrigestivill/postgres-backup-local:16\n    environment:\n      POSTGRES_HOST: db\n',
      ),
    },
    {
      'compose.yaml': store(
        '  restic:\n    image: mazzolino/restic\n    volumes: [ "pgdata:/mnt/pgdata:ro" ]\n',
      ),
    },
    {
      'compose.yaml': store(
        '  dump:\n    image: postgres:16\n    command: sh -c "while true; do pg_dump -h db shop > /out/shop.sql; sleep 86400; done"\n',
      ),
    },
    { 'compose.yaml': store(), '@facts': '{"backups":"external"}' },
  ],
  unsure: [
    { 'compose.yaml': store(), crontab: '0 3 * * * root /usr/local/bin/backup\n' },
    { 'compose.yaml': store(), 'scripts/backup.sh': 'pg_dump -h db shop | gzip > /mnt/nas/shop.gz\n' },
  ],
});
