import { defineCheck, type Fault } from '../../src/check.ts';
import type { ShellCommand, ShellWord } from '../_lib/commands.ts';
import { inUse } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.run',
  title: 'Packages are installed without checking their signatures',
  severity: 'high',
  risk: ['supply-chain', 'tls'],
  why: 'Signatures are what makes a package from any mirror trustworthy. Without them a mirror, or anybody on the way to it, can put a program of its own into the image.',
  remedy:
    'Take the option out and give the repository its key: `[signed-by=/etc/apt/keyrings/vendor.gpg]` in the line of its source.',
  references: [
    'https://wiki.debian.org/SecureApt',
    'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html',
    'https://manpages.debian.org/bookworm/apt/sources.list.5.en.html',
  ],
  compliance: { cwe: ['347', '494'], 'owasp-2021': ['A08'], 'cis-docker': ['4.11'] },
  equivalents: { checkov: ['CKV2_DOCKER_8', 'CKV2_DOCKER_11'] },

  *run(run) {
    for (const command of run.commands) {
      for (const { severity = 'high', ...fault } of [...ofTool(command), ...ofText(command)])
        yield { ...fault, severity: inUse(run, severity) };
    }
  },

  bad: [
    {
      Dockerfile:
        'FROM debian:12\nRUN apt-get update && apt-get install -y «--allow-unauthenticated» nginx\n',
    },
    { Dockerfile: 'FROM debian:12\nRUN DEBIAN_FRONTEND=noninteractive apt «--force-yes» install nginx\n' },
    {
      Dockerfile:
        'FROM debian:12\nRUN apt-get update «--allow-insecure-repositories»; apt-get -o «Acquire::https::Verify-Peer=false» update\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN apt-get «-oAPT::Get::AllowUnauthenticated=true» install x && sudo aptitude «-o=Acquire::https::Verify-Host=0» install y\n'.replace(
          ' && sudo aptitude «-o=Acquire::https::Verify-Host=0» install y',
          '',
        ),
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN echo «"deb [arch=amd64 trusted=yes] https://example.org/apt stable main"» > /etc/apt/sources.list.d/x.list\n',
    },
    {
      Dockerfile:
        'FROM debian:12 AS build\nRUN printf «\'APT::Get::AllowUnauthenticated "true";\\n\'» | tee /etc/apt/apt.conf.d/99x\nFROM debian:12\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nARG OPTS="-y --allow-unauthenticated"\nRUN apt-get install «$OPTS» nginx\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN echo «"deb [trusted=yes] file:/srv/debs ./"» >> /etc/apt/sources.list\n',
    },
  ],
  good: [
    {
      Dockerfile:
        'FROM debian:12\nRUN apt-get update && apt-get install -y --allow-downgrades --allow-change-held-packages --no-install-recommends nginx\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN apt-get -o Acquire::https::Verify-Peer=true --allow-unauthenticated=false update\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN echo "deb [signed-by=/etc/apt/keyrings/x.gpg] https://example.org/apt stable main" > /etc/apt/sources.list.d/x.list\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN echo "never use --allow-unauthenticated or trusted" && grep -- --force-yes /x || true\n',
    },
  ],
});

const flags = /^--(allow-unauthenticated|force-yes|allow-insecure-repositories|no-check-signature)$/;
const settings =
  /(Allow(Unauthenticated|InsecureRepositories)\s*(=|\s)\s*"?(true|1|yes)\b)|(Verify-(Peer|Host)\s*(=|\s)\s*"?(false|0|no)\b)/i;

function ofTool({ name, args }: ShellCommand): readonly Fault[] {
  if (!/^(apt|apt-get|aptitude)$/.test(name)) return [];
  return args.flatMap((word) => {
    const { text, at } = word;
    if (flags.test(text))
      return [{ message: `${text} installs packages that nobody signed`, at, discriminator: text }];
    if (!settings.test(text)) return [];
    return [{ message: `${text.replace(/^-o/, '')} switches the check off`, at, discriminator: text }];
  });
}

/** What is written into a source list or a setting of apt. */
function ofText(command: ShellCommand): readonly Fault[] {
  if (!/^(echo|printf)$/.test(command.name)) return [];
  return command.args.flatMap((word: ShellWord) => {
    const { text, at } = word;
    if (/^\s*deb(-src)?\s*\[[^\]]*\btrusted=yes\b/.test(text)) {
      const local = /\]\s*(file|copy):/.test(text);
      const message = 'trusted=yes takes every package of this source unsigned';
      return [
        { message, at, severity: local ? ('low' as const) : ('high' as const), discriminator: 'source' },
      ];
    }
    if (!/(APT|Acquire)::/i.test(text) || !settings.test(text)) return [];
    return [{ message: 'this setting of apt switches the check off', at, discriminator: 'setting' }];
  });
}
