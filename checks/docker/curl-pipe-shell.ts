import { defineCheck, type Severity } from '../../src/check.ts';
import type { ShellCommand } from '../_lib/commands.ts';
import { addressesOf, fetchArguments, isFetcher } from '../_lib/commands.ts';
import { inUse } from '../_lib/docker.ts';
import { isInterpreter, runsInput } from '../_lib/interpreters.ts';

/** Installers of vendors that most people trust, over https; what they serve still changes without notice. */
const vendors =
  /^https:\/\/(deb\.nodesource\.com|rpm\.nodesource\.com|sh\.rustup\.rs|static\.rust-lang\.org|get\.docker\.com|install\.python-poetry\.org|bootstrap\.pypa\.io|astral\.sh|getcomposer\.org|get\.sdkman\.io|bun\.sh|deno\.land|get\.pnpm\.io|get\.helm\.sh|cli\.github\.com|packages\.microsoft\.com|dot\.net|aka\.ms|sdk\.cloud\.google\.com|fnm\.vercel\.app|(www\.)?(npmjs|yarnpkg)\.com|raw\.githubusercontent\.com\/(nvm-sh|Homebrew|creationix|helm)\/)/;
const verifiers =
  /^(sha(1|224|256|384|512)?sum|shasum|md5sum|b2sum|gpg|gpgv|gpg2|cosign|minisign|openssl|signify)$/;

export default defineCheck({
  on: 'docker.run',
  title: 'A script from the network is run unseen',
  severity: 'high',
  risk: ['supply-chain', 'injection'],
  why: 'Whoever controls the server, or the way to it, decides what runs in the build, as root, with its secrets, and what ends up in the image; each build may get another script. A download that breaks off runs half.',
  remedy:
    'Download a fixed version to a file, compare it with a checksum or signature that stands in the Dockerfile, and only then run it; or install the vendor’s signed package.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#run',
    'https://www.idontplaydarts.com/2016/04/detecting-curl-pipe-bash-server-side/',
  ],
  compliance: { cwe: ['494', '829'], 'owasp-2021': ['A08'], 'cis-docker': ['4.11'] },

  *run(run) {
    const { commands } = run;
    const checked = commands.some(({ name }) => verifiers.test(name));
    for (const [index, command] of commands.entries()) {
      if (!isFetcher(command)) continue;
      const taker =
        takerOf(command, commands) ?? (checked ? undefined : runnerOf(command, commands.slice(index + 1)));
      if (!taker) continue;
      const address = addressesOf(command)[0];
      const severity = severityOf(address?.known ? address.text : '', taker.saved);
      const message = `${taker.command.name || 'the shell'} runs whatever ${hostOf(address?.text)} answers at build time`;
      const { at } = command;
      const from = Math.min(at.start, taker.command.at.start);
      const to = Math.max(at.end, taker.command.at.end);
      const span = taker.saved ? at : { source: at.source, start: from, end: to };
      yield { message, at: span, severity: inUse(run, severity), discriminator: hostOf(address?.text) };
    }
  },

  bad: [
    { Dockerfile: 'FROM debian:12\nRUN apt-get update && «curl -fsSL https://example.org/install | bash»\n' },
    {
      Dockerfile:
        'FROM debian:12\nRUN «wget -qO- http://example.org/x.sh | tee /tmp/log | sudo -E env A=b bash -s -- --yes»\n',
    },
    { Dockerfile: 'FROM debian:12\nRUN «curl -sL https://example.org/x \\\n  # as root\n  | /bin/sh -»\n' },
    { Dockerfile: 'FROM debian:12\nRUN «sh -c "$(curl -fsSL https://example.org/x.sh)"»\n' },
    {
      Dockerfile:
        'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN «bash <(curl -s https://example.org/x.sh) --yes»\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN «eval "$(wget -O - https://example.org/x.sh)"» && «source <(curl https://example.org/y)»\n',
    },
    { Dockerfile: "FROM debian:12\nRUN su -c '«curl https://example.org/x | sh»' app\n" },
    { Dockerfile: 'FROM debian:12\nRUN ["/bin/bash", "-c", "«curl https://example.org/x | sh»"]\n' },
    { Dockerfile: 'FROM debian:12\nRUN <<EOF\nset -e\n«curl https://example.org/x | python3 -»\nEOF\n' },
    { Dockerfile: 'FROM debian:12\nRUN <<EOF bash -ex\n«curl https://example.org/x | sh»\nEOF\n' },
    {
      Dockerfile:
        'FROM php:8.4\nRUN «curl -sS https://getcomposer.org/installer | php -- --install-dir=/usr/bin»\n',
    },
    // In two steps it is the same, when nobody looks in between.
    {
      Dockerfile:
        'FROM debian:12\nRUN «curl -o /tmp/x.sh https://example.org/x.sh» && chmod +x /tmp/x.sh && /tmp/x.sh\n',
    },
    { Dockerfile: 'FROM debian:12\nRUN «wget https://example.org/x.sh?v=1 -O x.sh»; bash -e x.sh\n' },
    // Builders make what ships.
    {
      Dockerfile:
        'FROM debian:12 AS build\nRUN «curl https://example.org/x | sh»\nFROM debian:12\nCOPY --from=build /a /a\n',
    },
    { Dockerfile: 'FROM debian:12\nONBUILD RUN «curl https://example.org/x | sh»\n' },
    { Dockerfile: 'FROM debian:12\nARG URL\nRUN if true; then «curl -L $URL | sh»; fi\n' },
  ],
  good: [
    // Data, not programs.
    {
      Dockerfile:
        'FROM debian:12\nRUN curl -L https://example.org/x.tar.gz | tar xz\nRUN curl https://example.org/key | gpg --dearmor > /k\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN curl https://example.org/x | python3 -c "import json,sys; print(json.load(sys.stdin))" | sh -c "cat > /v"\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN curl https://example.org/x | python3 -m json.tool > /v && curl https://example.org/y | perl -pe s/a/b/ > /y\n',
    },
    // Looked at before it runs.
    {
      Dockerfile:
        'FROM debian:12\nRUN curl -o x.sh https://example.org/x.sh && echo "0a1b  x.sh" | sha256sum -c - && sh x.sh\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN V=$(curl https://example.org/version) && echo "$V" | bash -c "cat" && command -v curl | sh -c true\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nRUN curl -o /tmp/data.json https://example.org/data && sh /opt/local.sh /tmp/data.json\n',
    },
    // Words in a text.
    {
      Dockerfile:
        'FROM debian:12\nRUN echo "curl https://example.org | sh" > /README && cat <<EOF > /doc\ncurl https://example.org | sh\nEOF\n',
    },
  ],
});

interface Taker {
  readonly command: ShellCommand;
  /** It was in a file in between. */
  readonly saved: boolean;
}

/** What runs the answer straight away: behind a pipe, or around the substitution. */
function takerOf(fetch: ShellCommand, commands: readonly ShellCommand[]): Taker | undefined {
  if (outputOf(fetch) !== null) return undefined;
  const { pipe, feeds } = fetch;
  const next = commands.find(
    (command) =>
      pipe && command.pipe?.id === pipe.id && command.pipe.index > pipe.index && runsInput(command),
  );
  if (next) return { command: next, saved: false };
  const around = feeds === null ? undefined : commands[feeds];
  if (!around) return undefined;
  const takes = around.name === '' || /^(eval|source|\.)$/.test(around.name) || isInterpreter(around);
  return takes ? { command: around, saved: false } : undefined;
}

/** What runs the file that the answer was saved to, later in the same RUN. */
function runnerOf(fetch: ShellCommand, later: readonly ShellCommand[]): Taker | undefined {
  const file = outputOf(fetch);
  if (file === null || file === '') return undefined;
  const name = file.slice(file.lastIndexOf('/') + 1);
  const command = later.find(({ name: called, args, ...rest }) => {
    if (called === name) return true;
    const script = args.find(({ text }) => !text.startsWith('-'))?.text ?? '';
    const runs = isInterpreter({ name: called, args, ...rest }) || /^(source|\.)$/.test(called);
    return runs && script.slice(script.lastIndexOf('/') + 1) === name;
  });
  return command && { command, saved: true };
}

/** Where the answer is saved; null when it goes to standard output. */
function outputOf(command: ShellCommand): string | null {
  const { options, operands } = fetchArguments(command);
  const redirected = command.redirects.find(
    ({ operator, target }) => /^(>|>>|>\||&>)$/.test(operator) && target,
  );
  if (redirected?.target && !redirected.target.text.startsWith('/dev/')) return redirected.target.text;
  const curl = command.name === 'curl';
  const named = options.find(({ name }) =>
    (curl ? /^(-o|--output)$/ : /^(-O|--output-document)$/).test(name),
  );
  if (named) return named.value === '-' || named.value === '/dev/stdout' ? null : (named.value ?? '');
  if (curl && !options.some(({ name }) => /^(-O|--remote-name(-all)?)$/.test(name))) return null;
  const address = operands[0]?.text ?? '';
  return address.replace(/[?#].*/, '').slice(address.replace(/[?#].*/, '').lastIndexOf('/') + 1);
}

function severityOf(address: string, saved: boolean): Severity {
  if (/^http:\/\//i.test(address)) return saved ? 'high' : 'critical';
  return saved || vendors.test(address) ? 'medium' : 'high';
}

function hostOf(address: string | undefined): string {
  const match = /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?([\w.-]+)/i.exec(address ?? '');
  return match?.[1] ?? 'the server';
}
