import { defineCheck, type Edit, type Fault, valueIfKnown } from '../../src/check.ts';
import type { ShellCommand } from '../_lib/commands.ts';
import { inUse, ships } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.run',
  title: 'sudo is used or installed in an image',
  severity: 'low',
  risk: 'access-control',
  why: 'An image with sudo keeps a way back to root for whoever takes over its process, with a large set-uid program and a list of rules that nobody reviews; in a build that is root already it does nothing.',
  remedy: 'Do what needs root before USER, and leave sudo out of what ships.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#user',
    'https://docs.docker.com/reference/dockerfile/#user',
  ],
  compliance: { cwe: ['250', '269'], 'owasp-2021': ['A05'], 'cis-docker': ['4.3'] },
  equivalents: {
    hadolint: ['DL3004'],
    trivy: ['DS-0010'],
    checkov: ['CKV2_DOCKER_1'],
    dockle: ['DKL-DI-0001'],
    kics: ['run_using_sudo'],
  },
  fixes: { safe: 'takes a plain `sudo` out of a step that runs as root already' },

  *run(run, graph) {
    const user = valueIfKnown(run.user);
    const found = run.commands.flatMap((command) => [...used(command, user), ...installed(command)]);
    const installs = found.find(({ severity }) => severity === 'medium');
    if (installs && ships(run, graph)) yield { ...installs, severity: inUse(run, 'medium') };
    const [first, ...more] = found.filter(({ severity }) => severity !== 'medium');
    if (!first) return;
    const others = more.length > 0 ? ` (and ${more.length} more in this step)` : '';
    const uses = run.commands.filter((command) => used(command, user).length > 0);
    const edits = uses.flatMap((command) => (user?.root ? dropped(command) : []));
    // All of the step or none: what is left would be the same finding.
    const whole = edits.length === uses.length && installs === undefined;
    yield { ...first, message: `${first.message}${others}`, ...(whole ? { edits } : {}) };
  },

  bad: [
    { Dockerfile: 'FROM debian:12\nRUN «sudo apt-get update»\n' },
    { Dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl «sudo»\n' },
    { Dockerfile: 'FROM alpine:3.20\nRUN apk add --no-cache «sudo» bash\n' },
    // Other tools split at && alone.
    { Dockerfile: 'FROM debian:12\nRUN true; if [ -f /x ]; then «sudo -u app make»; fi | cat\n' },
    // Once a step, however often; who the base image runs as is not known.
    { Dockerfile: 'FROM acme/workspace:1\nRUN «sudo apt-get update» && sudo apt-get install -y make\n' },
    { Dockerfile: 'FROM debian:12\nRUN <<EOF\nset -e\n«sudo rm /x»\nEOF\n' },
    { Dockerfile: 'FROM debian:12 AS build\nUSER app\nRUN bash -c "«sudo make install»"\nFROM debian:12\n' },
  ],
  good: [
    {
      Dockerfile:
        'FROM debian:12\nRUN apt-get install -y sudoku libsudo-dev && echo "no sudo here" && rm /etc/sudoers\n',
    },
    { Dockerfile: 'FROM debian:12\nRUN apt-get purge -y sudo && command -v sudo || true # sudo\n' },
    // It stays behind with the builder.
    {
      Dockerfile:
        'FROM debian:12 AS build\nRUN apt-get install -y sudo\nFROM debian:12\nRUN true\nCOPY --from=build /a /a\n',
    },
  ],
});

function used(command: ShellCommand, user: { readonly root: boolean } | undefined): readonly Fault[] {
  const { name, wrappers, args, at } = command;
  if (!wrappers.includes('sudo') && !(name === 'sudo' && args.length > 0)) return [];
  const message = !user
    ? `sudo makes ${name} run as root in the middle of what the image’s user does`
    : user.root
      ? `sudo does nothing for ${name}, since this step runs as root`
      : `sudo makes ${name} run as root although USER says otherwise`;
  return [{ message, at, severity: user?.root === false ? 'info' : 'low', discriminator: name }];
}

const installers = /^(apt|apt-get|aptitude|apk|yum|dnf|microdnf|zypper|pacman|tdnf)$/;

function installed({ name, args }: ShellCommand): readonly Fault[] {
  if (!installers.test(name)) return [];
  const verb = args.find(({ text }) => /^(install|add|in|-S[a-z]*)$/.test(text));
  const word =
    verb && args.find(({ text }, index) => /^sudo(=.*)?$/.test(text) && index > args.indexOf(verb));
  if (!word) return [];
  return [
    { message: 'the image ships with sudo', at: word.at, severity: 'medium', discriminator: 'install' },
  ];
}

/** The word itself, where it stands right before the command and without options of its own. */
function dropped({ at, name, args, env }: ShellCommand): readonly Edit[] {
  const behind = at.start + 'sudo '.length + name.length;
  const plain = env.length === 0 && (args[0] ? args[0].at.start === behind + 1 : at.end === behind);
  return plain ? [{ at: { ...at, end: at.start + 'sudo'.length }, text: '', safety: 'safe' }] : [];
}
