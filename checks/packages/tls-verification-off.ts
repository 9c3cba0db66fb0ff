import { defineCheck, known } from '../../src/check.ts';

export default defineCheck({
  on: 'package.settings',
  title: 'Certificates of package registries are not checked',
  severity: 'high',
  risk: ['tls', 'supply-chain'],
  why: 'Any certificate is taken for the registry’s, so whoever is on the way can pose as it: it reads the token that npm sends and answers with packages of its own.',
  remedy:
    'Remove the line. If the registry’s certificate is signed by your own authority, name that authority under `cafile`.',
  references: ['https://docs.npmjs.com/cli/v11/using-npm/config#strict-ssl'],
  compliance: { cwe: ['295'], 'owasp-2021': ['A07', 'A08'] },
  fixes: { unsafe: 'sets strict-ssl to true; a registry with a certificate of its own needs `cafile` then' },
  applies: ({ scope }) => scope !== 'example',

  *run({ name, strictSsl }) {
    if (known(strictSsl)) return;
    const edits = [{ at: strictSsl.at, text: 'true', safety: 'unsafe' as const }];
    yield { message: `${name} has npm accept any certificate from registries`, at: strictSsl.at, edits };
  },

  bad: [
    { '.npmrc': 'registry=https://npm.corp.example/\nstrict-ssl = «false» ; until the new certificate\n' },
    { '.npmrc': 'strict-ssl="«false»"\n' },
    // Of two lines the last counts.
    { '.npmrc': 'strict-ssl=true\nstrict-ssl=«false»\n' },
  ],
  good: [
    { '.npmrc': 'registry=https://npm.corp.example/\ncafile=./corp.pem\n' },
    { '.npmrc': '; strict-ssl=false\nstrict-ssl=true\n' },
    { '.npmrc': 'strict-ssl=false\nstrict-ssl=true\n' },
  ],
  unsure: [{ '.npmrc': 'strict-ssl=${STRICT}\n' }],
});
