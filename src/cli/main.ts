import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { severities } from '../policy/policy.ts';
import type { IsGiven } from './config.ts';
import type { DiffOptions } from './diff.ts';
import { UsageError } from './error.ts';
import type { FixOptions } from './fix.ts';
import { policyCommand, waiveCommand } from './policy-command.ts';
import type { ScanOptions } from './scan.ts';
import type { SurfaceOptions } from './surface.ts';
import { bytesIn, day } from './values.ts';
import { version } from './version.ts';

/** Runs the command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads our output may stop reading: then there is nobody left to tell.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    process.stderr.write(`hardpan: cannot write to standard output: ${cause.message}\n`);
    process.exit(process.exitCode || 3);
  });
  process.on('SIGINT', () => {
    process.stderr.write('hardpan: interrupted\n');
    process.exit(130);
  });
  try {
    await program().parseAsync(argv);
  } catch (cause) {
    process.exitCode = complain(cause);
  }
}

function complain(cause: unknown): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
  if (cause instanceof Error && cause.name === 'Interrupted') {
    process.stderr.write('hardpan: interrupted\n');
    return 130;
  }
  const known = cause instanceof UsageError;
  const message = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(
    `hardpan: ${known ? message : `defect: ${(cause instanceof Error && cause.stack) || message}`}\n`,
  );
  return known ? 2 : 3;
}

function program(): Command {
  const root = new Command('hardpan')
    .description('Audits backend configuration: nginx, containers, packages and cloud, as one system.')
    .version(version, '-V, --version')

    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', examples);
  root.addCommand(scanCommand(), { isDefault: true });
  root.addCommand(fixCommand());
  root
    .command('explain')
    .description('what a check asks, why, and what to do')
    .argument('<check>', "an id such as nginx/alias-traversal, or another tool's such as DL3002")
    .action(async (id: string) => (await import('./explain.ts')).explain(id));
  root
    .command('checks')
    .description('list the checks')
    .argument('[pattern]', 'an id, a family such as nginx, or a risk')
    .action(async (pattern?: string) => (await import('./explain.ts')).listChecks(pattern));
  root.addCommand(baselineCommand());
  root
    .command('diff')
    .description('what changed between two saved runs')
    .argument('<old.json>')
    .argument('<new.json>')
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'fail when there is more at this severity and above')
        .choices([...severities, 'none'])
        .default('none'),
    )
    .action(async (before: string, after: string, options: DiffOptions) => {
      process.exitCode = await (await import('./diff.ts')).diff(before, after, options);
    });
  root.addCommand(surfaceCommand());
  root
    .command('doctor')
    .description('tell what hardpan finds on this machine, and how old its data is')
    .action(async () => (await import('./doctor.ts')).doctor());
  root.addCommand(policyCommand());
  root.addCommand(waiveCommand());
  root.addCommand(dbCommand());
  for (const command of root.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().showHelpAfterError(`(hardpan ${command.name()} --help lists its options)`);
  return root;
}

const examples = `
Examples:
  hardpan deploy/                       audit a folder
  hardpan -o sarif=out.sarif -o text .  two reports of one run
  hardpan fix --write                   make the edits that change nothing for users
  hardpan explain nginx/alias-traversal

Exit codes: 0 passed, 1 the gate failed, 2 usage error, 3 incomplete, 4 nothing recognised, 130 interrupted`;

function baselineCommand(): Command {
  const command = new Command('baseline').description('findings that are known, so that only new ones fail');
  const sub = (name: string, text: string): Command => {
    const made = command.command(name).description(text).argument('[paths...]', 'what to audit', ['.']);
    for (const option of scanOptions()) made.addOption(option.env(environmentName(option.long ?? '')));
    return made;
  };
  const load = () => import('./baseline.ts');
  const create = sub('create', 'take all findings of today as known');
  create.action(async (paths: string[], options: ScanOptions) => {
    process.exitCode = await (await load()).createBaseline(paths, options, isGiven(create));
  });
  const update = sub('update', 'add the findings of today').option(
    '--prune',
    'take out entries that fit no finding any more',
  );
  update.action(async (paths: string[], options: ScanOptions) => {
    process.exitCode = await (await load()).updateBaseline(paths, options, isGiven(update));
  });
  command
    .command('show')
    .description('print what is known')
    .option('--baseline <file>', 'the file')
    .action(async (options: { baseline?: string }) => {
      process.exitCode = await (await load()).showBaseline(options);
    });
  for (const one of command.commands)
    one.exitOverride().showHelpAfterError(`(hardpan baseline ${one.name()} --help lists its options)`);
  return command;
}

function scanCommand(): Command {
  const command = new Command('scan')
    .description('audit directories, files, archives and snapshots (the default command)')
    .argument('[paths...]', 'what to audit; - reads standard input', ['.'])
    .option('-q, --quiet', 'print the verdict only')
    .option('-v, --verbose', 'print all there is, what was skipped included');
  for (const option of scanOptions()) command.addOption(option.env(environmentName(option.long ?? '')));
  return command.action(async (paths: string[], options: ScanOptions) => {
    process.exitCode = await (await import('./scan.ts')).scan(paths, options, isGiven(command));
  });
}

function surfaceCommand(): Command {
  return new Command('surface')
    .description('write the attack surface of the paths to a file, or compare it with one')
    .argument('[paths...]', 'what to look at', ['.'])
    .option('--check', 'fail when the tree and the file differ, and say how')
    .option('--file <file>', 'the file; - is standard output', 'hardpan.surface')
    .addOption(new Option('--now <date>', 'the day to judge by, as 2026-01-31').argParser(day))
    .option('--root <dir>', 'folder that paths are given relative to')
    .option('--no-tree-config', "do not obey the tree's own ignore file")
    .action(async (paths: string[], options: SurfaceOptions) => {
      process.exitCode = await (await import('./surface.ts')).surface(paths, options);
    });
}

/** Whether a flag or the environment gives an option: both come before the config. */
function isGiven(command: Command): IsGiven {
  return (option) => /^(cli|env)$/.test(command.getOptionValueSource(option) ?? '');
}

function dbCommand(): Command {
  const db = new Command('db').description('the reference data that comes with the program');
  db.command('info')
    .description('how old it is, where it is from, and under what licence')
    .action(async () => (await import('./db.ts')).dbInfo());
  db.command('verify')
    .description('compare it with its checksums')
    .action(async () => {
      process.exitCode = (await import('./db.ts')).dbVerify();
    });
  return db;
}

/** Options of a scan that a fix obeys too. */
const fixing = /^--(policy|select|ignore|param|var|now|root|max-file-size|no-tree-config)$/;

function fixCommand(): Command {
  const command = new Command('fix')
    .description('print the safe edits that mend findings, as a unified diff')
    .argument('[paths...]', 'folders and files', ['.'])
    .option('--write', 'make the edits')
    .option('--unsafe', 'those too that may change what a service does');
  for (const option of scanOptions().filter(({ long }) => fixing.test(long ?? '')))
    command.addOption(option.env(environmentName(option.long ?? '')));
  return command.action(async (paths: string[], options: FixOptions) => {
    process.exitCode = await (await import('./fix.ts')).fix(paths, options, isGiven(command));
  });
}

/** `--fail-on` → `HARDPAN_FAIL_ON`: every option can be set by the environment too. */
function environmentName(flag: string): string {
  return `HARDPAN_${flag
    .replace(/^--(no-)?/, '')
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

function scanOptions(): readonly Option[] {
  const repeatable = (flags: string, text: string) =>
    new Option(flags, `${text}; repeatable`).argParser(collect);
  return [
    repeatable('-o, --output <format[=file]>', 'text, json or sarif'),
    repeatable('-p, --policy <name|file>', 'judge by this policy instead of hardpan.yaml'),
    new Option('--fail-on <severity>', 'fail at this severity and above').choices([...severities, 'none']),
    new Option('--show <severity>', 'print findings of this severity and above')
      .choices([...severities])
      .default('medium'),
    repeatable(
      '--select <checks>',
      'ask only these checks; an id, family/*, risk:, tier:, severity>= and others',
    ),
    repeatable('--ignore <check>', 'do not ask these checks'),
    repeatable('--param <id.key=value>', 'set a parameter of a check'),
    repeatable('--var <NAME=value>', 'value of a variable that the tree leaves open'),
    new Option('--now <date>', 'the day to judge by, as 2026-01-31').argParser(day),
    new Option('--root <dir>', 'folder that paths are given relative to'),
    new Option('--max-file-size <size>', 'read files up to this size, as 32MiB').argParser(bytes),
    new Option('--stdin-filename <name>', 'name of what standard input holds'),
    new Option('--no-tree-config', "do not obey the tree's own ignore file and ignore comments"),
    new Option('--all', 'report passes too'),
    new Option('--baseline <file>', 'tell new findings from those that the file knows'),
    new Option('--new-only', 'print new findings alone, and fail for them alone'),
    new Option('--since <ref>', 'new is what the tree at this git commit lacks; implies --new-only'),
    new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'),
  ];
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',')];
}

function bytes(value: string): number {
  const size = bytesIn(value);
  if (size === undefined) throw new InvalidArgumentError('not a size such as 32MiB.');
  return size;
}
