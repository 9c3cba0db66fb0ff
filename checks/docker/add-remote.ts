import { defineCheck, type Severity } from '../../src/check.ts';
import { inUse } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.copy',
  title: 'ADD takes a file from the network as it comes',
  severity: 'medium',
  risk: 'supply-chain',
  why: 'Whoever controls the server, or the name that points to it, decides what is in the image; nothing notices when the file becomes another one.',
  remedy:
    'Fix what is expected: `ADD --checksum=sha256:… URL` for a file, the full commit after `#` for a git repository.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#add---checksum',
    'https://docs.docker.com/build/building/best-practices/#add-or-copy',
  ],
  compliance: { cwe: ['494'], 'owasp-2021': ['A08'], 'cis-docker': ['4.9', '4.11'] },
  equivalents: { checkov: ['CKV_DOCKER_4'] },
  applies: ({ keyword }) => keyword === 'ADD',

  *run(copy) {
    if (copy.checksum) return;
    for (const { text, remote, at } of copy.sources) {
      const address = text.state === 'unknown' ? '' : text.value;
      if (remote === null || (remote === 'git' && isFixed(address))) continue;
      const plain = address.startsWith('http://');
      const severity: Severity = plain ? 'high' : 'medium';
      const what =
        remote === 'git'
          ? 'the branch or tag that this repository has at build time'
          : 'whatever the server answers';
      const message = `${what}${plain ? ', over a connection that anybody can change,' : ''} becomes part of the image`;
      yield {
        message,
        at,
        severity: inUse(copy, severity),
        discriminator: address.replace(/\/\/[^/@]*@/, '//').slice(0, 120),
      };
    }
  },

  bad: [
    { Dockerfile: 'FROM debian:12\nADD «https://example.org/app.jar» /app.jar\n' },
    { Dockerfile: 'FROM debian:12\nADD local.txt «http://example.org/tool» /opt/\n' },
    {
      Dockerfile:
        'FROM debian:12\nARG VERSION\nADD --chmod=755 «https://example.org/${VERSION}/tool» /usr/bin/tool\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nADD «https://github.com/acme/app.git#v1.2» /src\nADD «git@github.com:acme/app.git» /src2\n',
    },
    {
      Dockerfile:
        'FROM debian:12 AS build\nADD ["«https://example.org/a b»", "/x"]\nFROM debian:12\nCOPY --from=build /x /x\n',
    },
  ],
  good: [
    {
      Dockerfile:
        'FROM debian:12\nADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.org/x /x\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nADD https://github.com/acme/app.git#0123456789abcdef0123456789abcdef01234567:docs /src\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nADD https://github.com/acme/app.git?ref=v1&commit=0123456789abcdef0123456789abcdef01234567 /src\n',
    },
    { Dockerfile: 'FROM debian:12\nADD rootfs.tar.xz /\nADD git /git\n' },
  ],
});

/** A branch or tag moves; a commit does not. */
function isFixed(address: string): boolean {
  return /#[0-9a-f]{40}(:|$)|[?&](commit|checksum)=[0-9a-f]{40}/.test(address);
}
