import { defineCheck, type Severity } from '../../src/check.ts';
import { addressesOf, fetchArguments } from '../_lib/commands.ts';
import { inUse } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.run',
  title: 'curl accepts any certificate while the image is built',
  severity: 'high',
  risk: ['tls', 'supply-chain'],
  why: 'Without checking the certificate the connection protects against nobody who sits in between: such a one can swap what is downloaded, and it becomes part of the image.',
  remedy:
    'Take the option out. For a company’s own authority install its certificate first (`update-ca-certificates`) or name it with `--cacert`.',
  references: ['https://curl.se/docs/sslcerts.html', 'https://curl.se/docs/manpage.html#-k'],
  compliance: { cwe: ['295'], 'owasp-2021': ['A02', 'A08'], 'cis-docker': ['4.11'] },
  equivalents: { checkov: ['CKV2_DOCKER_2'] },
  fixes: {
    unsafe:
      'takes the option out, where it stands by itself; the image needs the certificates of authorities then',
  },

  *run(run) {
    for (const command of run.commands) {
      if (command.name !== 'curl') continue;
      const option = fetchArguments(command).options.find(({ name }) =>
        /^(-k|--insecure|--proxy-insecure|--doh-insecure)$/.test(name),
      );
      if (!option) continue;
      const [address] = addressesOf(command);
      const local = /^(https?:\/\/)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)/.test(address?.text ?? '');
      const severity: Severity = local ? 'info' : inUse(run, 'high');
      const message = `${option.name} makes curl take any server for the right one`;
      const { at } = option.word;
      // Not where a variable or a cluster of options holds it.
      const own = at.end - at.start === option.name.length;
      const edits = own ? [{ at, text: '', safety: 'unsafe' as const }] : [];
      yield { message, at, severity, edits, discriminator: address?.known ? address.text.slice(0, 100) : '' };
    }
  },

  bad: [
    { Dockerfile: 'FROM debian:12\nRUN curl «-k» https://example.org/x -o /x\n' },
    {
      Dockerfile:
        'FROM debian:12\nRUN curl https://example.org/x «--insecure» -o /x && /usr/bin/curl «-fsSLko» /y https://example.org/y\n',
    },
    { Dockerfile: 'FROM debian:12\nRUN if [ -n "$A" ]; then sudo curl «-sk» "$A" | tar xz; fi\n' },
    { Dockerfile: 'FROM debian:12\nRUN V="$(curl «--proxy-insecure» https://example.org/v)"; echo $V\n' },
    {
      Dockerfile:
        'FROM debian:12 AS build\nRUN bash -c "set -e; curl «-k» https://example.org/x > /x"\nFROM debian:12\n',
    },
    // The machine itself: nobody stands between.
    { Dockerfile: 'FROM debian:12\nRUN curl «-k» https://localhost:8443/health\n' },
    { Dockerfile: 'FROM debian:12\nRUN curl «-k» https://localhost.example.org/x -o /x\n' },
    { Dockerfile: 'FROM debian:12\nARG FLAGS="-s -k"\nRUN curl «$FLAGS» https://example.org/x\n' },
  ],
  good: [
    // A `k` in the value of another option.
    {
      Dockerfile:
        'FROM debian:12\nRUN curl -fsSLobackup.tgz https://example.org/x && curl -H "-k" -uk:k -o -k https://example.org/y && curl -Kconfig\n',
    },
    { Dockerfile: 'FROM debian:12\nRUN echo curl -k https://example.org && grep -k curl /x || tar -k -x\n' },
    {
      Dockerfile:
        'FROM debian:12\nRUN apt-get install -y curl # curl -k\nRUN curl https://example.org/-k --data-binary -k\n',
    },
    {
      Dockerfile:
        'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell"]\nRUN curl -k https://example.org\n',
    },
  ],
});
