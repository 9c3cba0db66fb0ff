import { defineCheck } from '../../src/check.ts';

/** Self-signed, good from 2026-11-22 to 2027-02-20. */
const own = `-----BEGIN CERTIFICATE-----
MIIBnzCCAUWgAwIBAgIUHQkVDy6osxFVbhNm9jq/uVaQHv4wCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNYS5leGFtcGxlLmNvbTAeFw0yNjExMjIxMjA5NDlaFw0yNzAy
MjAxMjA5NDlaMBgxFjAUBgNVBAMMDWEuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASjBsZufTphr2yiq7zrYfLMemKARqaXtkEUbN1B1cSUQuo0
5XD0T1HmQJuvnhc5qtPVMJ7dcdU2G03oa+CZkFCzo20wazAdBgNVHQ4EFgQUGVY8
JAzCiK3xGZB0YuJ0LRQZoEgwHwYDVR0jBBgwFoAUGVY8JAzCiK3xGZB0YuJ0LRQZ
oEgwDwYDVR0TAQH/BAUwAwEB/zAYBgNVHREEETAPgg1hLmV4YW1wbGUuY29tMAoG
CCqGSM49BAMCA0gAMEUCIQDus1BsTqodZEcEC2z48Sz442z8BZOakxfSb9p5YxXx
aQIgUtt3ZA1volUf7shJdocMPLuJLSCZa3tJTCdTsmR964U=
-----END CERTIFICATE-----`;

/** Issued by the one above for b.example.com, good to 2027-06-10. */
const issued = `-----BEGIN CERTIFICATE-----
MIIBKjCB0QIUAkvgIBMTpreYRt+kQ0PIWeExaAEwCgYIKoZIzj0EAwIwGDEWMBQG
A1UEAwwNYS5leGFtcGxlLmNvbTAeFw0yNjExMjIxMjEwMzZaFw0yNzA2MTAxMjEw
MzZaMBgxFjAUBgNVBAMMDWIuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQN+wANJe2UXZH7fju+kmKq3LFcY4Aq36UXTgL6vcRC3bkCFDSjNYM+
omSoCJwRZQi28JxZ92RxeOrq8bJYt2iHMAoGCCqGSM49BAMCA0gAMEUCIQDKEOVw
SMg8k/F8HSyzFg8K4os6sUQ/H+aKlxqOvoGSHwIgH1FoiO2nFSl3Wp1RDzcSCadT
86+rZLzj2KMQU/nsu8c=
-----END CERTIFICATE-----`;

export default defineCheck({
  on: 'certificate',
  title: 'An expired certificate',
  severity: 'critical',
  risk: 'tls',
  why: 'Browsers and clients refuse the connection. Those that are told to go on regardless no longer notice when somebody else answers in the place of the server.',
  remedy:
    'Renew the certificate, and let a tool such as certbot do so from now on; watch the date from outside.',
  references: [
    'https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate',
  ],
  compliance: { cwe: ['298'], 'owasp-2021': ['A02', 'A07'] },
  // The root of a chain is not shown to anybody who does not have it already, and clients pass over old authorities.
  applies: ({ isAuthority, isSelfSigned, position, inBundle }) =>
    !inBundle && !(isAuthority && isSelfSigned && position > 0),

  *run({ validTo, names, subject, isSample, isAuthority, position, at }, graph) {
    if (validTo >= graph.now) return;
    const day = new Date(validTo).toISOString().slice(0, 10);
    yield {
      message: `the certificate for ${names[0] ?? subject} expired on ${day}`,
      at,
      severity: isSample ? 'info' : isAuthority ? 'high' : 'critical',
      ...(position === 0 && /^[\w./@+-]+$/.test(at.source)
        ? { witness: `openssl x509 -noout -enddate -in ${at.source}` }
        : {}),
    };
  },

  bad: [
    { '@now': '2027-07-01', 'certs/site.pem': `«${issued}»\n` },
    // Behind another one in the same file.
    { '@now': '2027-07-01', 'certs/site.pem': `«${own}»\n«${issued}»\n` },
    { '@now': '2027-03-01', 'test/fixtures/site.crt': `«${own}»\n` },
  ],
  good: [
    { '@now': '2026-12-01', 'certs/site.pem': `${issued}\n${own}\n` },
    // Its last day.
    { '@now': '2027-06-10T00:00:00Z', 'certs/site.pem': issued },
    // Authorities that clients trust, old ones among them.
    {
      '@now': '2027-03-01',
      'certs/ca-bundle.crt': `${own}\n${own}\n${own}\n`,
      'certs/site.pem': issued,
    },
    // A root that comes along in a chain.
    { '@now': '2027-03-01', 'certs/chain.pem': `${issued}\n${own}\n` },
    {
      '@now': '2027-03-01',
      'certs/site.der': {
        base64:
          'MIIBKjCB0QIUAkvgIBMTpreYRt+kQ0PIWeExaAEwCgYIKoZIzj0EAwIwGDEWMBQGA1UEAwwNYS5leGFtcGxlLmNvbTAeFw0yNjExMjIxMjEwMzZaFw0yNzA2MTAxMjEwMzZaMBgxFjAUBgNVBAMMDWIuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQN+wANJe2UXZH7fju+kmKq3LFcY4Aq36UXTgL6vcRC3bkCFDSjNYM+omSoCJwRZQi28JxZ92RxeOrq8bJYt2iHMAoGCCqGSM49BAMCA0gAMEUCIQDKEOVwSMg8k/F8HSyzFg8K4os6sUQ/H+aKlxqOvoGSHwIgH1FoiO2nFSl3Wp1RDzcSCadT86+rZLzj2KMQU/nsu8c=',
      },
    },
  ],
});
