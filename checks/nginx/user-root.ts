import { defineCheck, known } from '../../src/check.ts';

export default defineCheck({
  on: 'nginx.main',
  title: 'Workers run as root',
  severity: 'high',
  risk: 'misconfiguration',
  why: 'The workers parse everything that strangers send. A flaw in them, or a path that leads outside the site, then has the rights of root instead of those of an account that owns nothing.',
  remedy:
    'Name an account without rights: `user nginx;` or `user www-data;`. The master process may run as root; it only opens ports.',
  references: ['https://nginx.org/en/docs/ngx_core_module.html#user'],
  compliance: { cwe: ['250'], 'owasp-2021': ['A05'], 'cis-nginx': ['2.2.1'] },
  fixes: {
    unsafe:
      'takes the statement out, so that the account stands for which nginx was built, or drops the group root; files that workers write need another owner then',
  },

  *run({ user }) {
    const [account, group] = (known(user) ?? '').split(' ');
    if (account !== 'root' && group !== 'root') return;
    yield {
      message:
        account === 'root' ? 'worker processes run as root' : 'worker processes belong to the group root',
      at: user.at,
      // Without the statement nginx takes the account that it was built for, which exists.
      edits: [{ at: user.at, text: account === 'root' ? '' : `user ${account};`, safety: 'unsafe' }],
      severity: account === 'root' ? 'high' : 'medium',
      witness: 'ps -o user=,group=,args= -C nginx',
    };
  },

  bad: [
    { 'nginx.conf': '«user root;»\nevents {}\nhttp { }\n' },
    { 'nginx.conf': '«user nginx root;»\nevents {}\n' },
    { 'nginx.conf': 'include user.conf;\nevents {}\n', 'user.conf': '«user root root;»' },
  ],
  good: [
    { 'nginx.conf': 'user www-data;\nevents {}\n' },
    // The build names an account of its own.
    { 'nginx.conf': 'events {}\nhttp { }\n' },
    { 'nginx.conf': '# user root;\nuser nginx;\nevents {}\n' },
  ],
  unsure: [{ 'nginx.conf': 'include /srv/main.conf;\nevents {}\n' }],
});
