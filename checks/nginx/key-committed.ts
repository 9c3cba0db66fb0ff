import { defineCheck, valueIfKnown } from '../../src/check.ts';

export default defineCheck({
  on: 'private_key',
  title: 'A private key is under version control',
  severity: 'high',
  risk: 'data-exposure',
  why: 'Everybody who can read the repository, now or later, can pose as the server and read what was recorded. Deleting the file does not help: the key stays in the history.',
  remedy:
    'Replace the key and its certificate, revoke the old one, and deliver keys by a secret store or at deployment; then keep them out with an ignore rule.',
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
  ],
  compliance: { cwe: ['312', '540'], 'owasp-2021': ['A02', 'A07'] },
  applies: ({ tracked }) => tracked !== null,

  *run({ tracked, encrypted, isSample, at, name }) {
    if (!tracked) return;
    const isLocked = valueIfKnown(encrypted) === true;
    yield {
      message: isLocked
        ? `the encrypted private key ${name} is in git, open to guesses at its passphrase`
        : `the private key ${name} is in git, readable for everybody with the repository`,
      at,
      severity: isSample ? 'info' : isLocked ? 'medium' : 'high',
      ...(/^[\w./@+-]+$/.test(at.source) ? { witness: `git log --oneline -- ${at.source}` } : {}),
    };
  },

  bad: [
    { 'certs/site.key': { text: `«${pem('PRIVATE KEY', 'MC4CAQAwBQYDK2VwBCIEIA==')}»\n`, tracked: true } },
    // Behind the certificate in one file.
    {
      'certs/site.pem': {
        text: `# site\n«${pem('RSA PRIVATE KEY', 'MIIB')}»\n`,
        tracked: true,
      },
    },
    { 'certs/site.key': { text: `«${pem('ENCRYPTED PRIVATE KEY', 'MIIB')}»\n`, tracked: true } },
    { 'test/fixtures/site.key': { text: `«${pem('EC PRIVATE KEY', 'MHcC')}»\n`, tracked: true } },
    {
      'deploy/id_ed25519': {
        text: `«${pem('OPENSSH PRIVATE KEY', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmU')}»\n`,
        tracked: true,
      },
    },
  ],
  good: [
    {
      'certs/site.key': {
        text: pem('PRIVATE KEY', 'MC4CAQAwBQYDK2VwBCIEIA=='),
        tracked: false,
        ignored: true,
      },
    },
    // A certificate is public.
    {
      'certs/site.key': { text: pem('PRIVATE KEY', 'MC4C'), tracked: false },
      'certs/site.pub': { text: pem('PUBLIC KEY', 'MCow'), tracked: true },
    },
  ],
});

/** A block that looks like a key and holds none. */
function pem(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;
}
