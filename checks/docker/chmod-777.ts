import { defineCheck, type Edit, type Fault, type Severity, valueIfKnown } from '../../src/check.ts';
import { argumentsOf, type ShellCommand, type ShellWord } from '../_lib/commands.ts';
import { inUse, ships } from '../_lib/docker.ts';

export default defineCheck({
  on: ['docker.run', 'docker.copy'],
  title: 'Files in the image may be written by everybody',
  severity: 'medium',
  risk: 'access-control',
  why: 'Any process in the container, under whatever user, can change these files: after a break-in through the weakest one the programs and settings of all others can be replaced.',
  remedy:
    'Give the files to the user that needs them (`COPY --chown=`, `chown`) with 755 or 644, or to its group with 775.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
    'https://cwe.mitre.org/data/definitions/732.html',
  ],
  compliance: { cwe: ['732'], 'owasp-2021': ['A01', 'A05'] },
  fixes: { unsafe: 'lets only the owner write, where the mode of chmod is a number' },
  applies: (item, graph) => ships(item, graph),

  *run(item) {
    const faults =
      item.kind === 'docker.copy'
        ? ofCopy(valueIfKnown(item.chmod ?? item.destination), item)
        : item.commands.flatMap(ofCommand);
    for (const { severity = 'medium', ...fault } of faults)
      yield { ...fault, severity: inUse(item, severity) };
  },

  bad: [
    { Dockerfile: 'FROM debian:12\nRUN chmod «777» /opt/start.sh\n' },
    { Dockerfile: 'FROM debian:12\nRUN mkdir /app && chmod -R «0777» /app && chmod «a+rwx,u+s» /x\n' },
    {
      Dockerfile:
        'FROM debian:12\nRUN chmod --recursive «o+w» /etc/app; find . -name "*.sh" | xargs chmod «666»\n',
    },
    {
      Dockerfile: 'FROM debian:12\nRUN mkdir -p -m «777» /data && install -d --mode=«777» /cache\n'.replace(
        '--mode=«777»',
        '«--mode=777»',
      ),
    },
    {
      Dockerfile: 'FROM debian:12\nCOPY «--chmod=777» start.sh /\nADD «--chmod=0666» a b /srv/\n'
        .replace(/«(--chmod=\d+)»/g, '$1')
        .replace('COPY --chmod=777', '«COPY --chmod=777')
        .replace('start.sh /', 'start.sh /»')
        .replace('ADD --chmod=0666', '«ADD --chmod=0666')
        .replace('/srv/', '/srv/»'),
    },
    { Dockerfile: 'FROM debian:12\nRUN chmod «ugo=rwx» /x && chmod -v «733» /y\n' },
    // Folders of others as well.
    { Dockerfile: 'FROM debian:12\nRUN chmod -R «777» /tmp /var/www\n' },
  ],
  good: [
    {
      Dockerfile:
        'FROM debian:12\nRUN chmod 755 /x && chmod 775 /y && chmod 0644 /z && chmod 2775 /shared && chmod +x /s && chmod u=rwx,g=rx,o=rx /t\n',
    },
    // Everybody’s folders, or with the sticky bit.
    {
      Dockerfile:
        'FROM debian:12\nRUN chmod 777 /tmp && chmod 1777 /tmp /var/spool && chmod -R 777 /var/tmp/x /dev/shm && chmod +t,a+w /q\n',
    },
    // A bare + obeys the umask; the group is not everybody.
    {
      Dockerfile:
        'FROM debian:12\nRUN chmod +w /x && chmod g+rwX -R /opt && chmod o-w /y && chmod a-w,o+r /z && chmod --reference=/777 /q\n',
    },
    {
      Dockerfile:
        'FROM debian:12\nCOPY --chmod=755 --chown=app a b /srv/\nRUN echo chmod 777 /x && useradd -m -u 777 app\n',
    },
    {
      Dockerfile:
        'FROM debian:12 AS build\nRUN chmod -R 777 /src\nFROM debian:12\nCOPY --from=build /src/a /a\n',
    },
  ],
});

type Item = { readonly at: Fault['at'] };

function ofCopy(mode: string | undefined, { at }: Item): readonly Fault[] {
  if (mode === undefined || !isOpen(mode)) return [];
  return [{ message: `mode ${mode} lets everybody in the container change what is copied`, at }];
}

/** chmod, and the options of mkdir and install that do the same. */
function ofCommand(command: ShellCommand): readonly Fault[] {
  if (command.name === 'chmod') return ofChmod(command);
  if (command.name !== 'mkdir' && command.name !== 'install') return [];
  const { options, operands } = argumentsOf(command.args, {
    short: 'mgotS',
    long: 'mode group owner target-directory',
  });
  const mode = options.find(({ name }) => /^(-m|--mode)$/.test(name));
  if (!mode?.value || !isOpen(mode.value) || operands.every(({ text }) => isForAll(text))) return [];
  const value = command.args.find(
    ({ text }, index) => text === mode.value && command.args[index - 1] === mode.word,
  );
  const at = (value ?? mode.word).at;
  return [{ message: `mode ${mode.value} lets everybody in the container write there`, at }];
}

function ofChmod({ args }: ShellCommand): readonly Fault[] {
  // `chmod -w x` is a mode, not an option.
  const words = args.filter(({ text }) => !/^(-[RvfcHLP]+|--[a-z-]+(=.*)?)$/.test(text));
  const [mode, ...targets] = words;
  if (!mode?.known || args.some(({ text }) => text.startsWith('--reference')) || !isOpen(mode.text))
    return [];
  if (targets.length > 0 && targets.every(({ text }) => isForAll(text))) return [];
  const recursive = args.some(({ text }) => /^-[a-zA-Z]*R|^--recursive$/.test(text));
  const broad =
    recursive &&
    targets.some(({ text }) =>
      /^\/?$|^(\/app|\/var\/www|\/etc|\/usr|\/opt|\/srv|\/home|\/root|\/bin|\/lib)(\/|$)/.test(text),
    );
  const severity: Severity = broad ? 'high' : 'medium';
  const where = targets.find(({ text }) => !isForAll(text))?.text ?? 'these files';
  const message = `mode ${mode.text} lets everybody in the container change ${where.slice(0, 80)}`;
  const edits = narrowed(mode);
  return [{ message, at: mode.at, severity, edits, discriminator: where }];
}

function isForAll(path: string): boolean {
  return /^\/(tmp|var\/tmp|dev|var\/lock|run\/lock)(\/|$)/.test(path);
}

/** Whether others may write, and may also delete what is not theirs. */
function isOpen(mode: string): boolean {
  if (/^[0-7]{3,5}$/.test(mode)) {
    const bits = Number.parseInt(mode, 8);
    return (bits & 0o002) !== 0 && (bits & 0o1000) === 0;
  }
  const clauses = mode.split(',');
  if (clauses.some((clause) => /^[ugoa]*\+[rwxXs]*t/.test(clause))) return false;
  return clauses.some((clause) => /^[ug]*[oa][ugoa]*[+=][rxXst]*w/.test(clause));
}

/** 777 → 755, 666 → 644. */
function narrowed({ text, at }: ShellWord): readonly Edit[] {
  if (!/^[0-7]{3,4}$/.test(text) || at.end - at.start !== text.length) return [];
  const mode = (Number.parseInt(text, 8) & ~0o022).toString(8).padStart(text.length, '0');
  return [{ at, text: mode, safety: 'unsafe' }];
}
