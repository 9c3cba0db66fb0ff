import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { severities } from '../policy/policy.ts';
import type { IsGiven } from './config.ts';
import { UsageError } from './error.ts';
import type { OutputOptions } from './output.ts';
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
  root.addCommand(reportCommand());
  root
    .command('ci')
    .description('what a pipeline needs to run hardpan')
    .addCommand(ciInitCommand())
    .addCommand(ciShowCommand());
  root
    .command('completion')
    .description('print what makes a shell complete the words of this command')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'pwsh']))
    .action(async (shell: string) => (await import('./completion.ts')).completion(shell));
  root
    .command('complete', { hidden: true })
    .argument('<place>', 'which of the words is being written', Number)
    .argument('[words...]')
    .action(async (place: number, words: string[]) =>
      (await import('./completion.ts')).complete(root, place, words),
    );
  root
    .command('explain')
    .description('what a check asks, why, and what to do')
    .argument('<check>', 'an id such as nginx/alias-traversal')
    .action(async (id: string) => (await import('./explain.ts')).explain(id));
  root
    .command('checks')
    .description('list the checks')
    .argument('[pattern]', 'an id, a family such as nginx, or a risk')
    .action(async (pattern?: string) => (await import('./explain.ts')).listChecks(pattern));
  root.addCommand(surfaceCommand());
  root
    .command('doctor')
    .description('tell what hardpan finds on this machine, and how old its data is')
    .action(async () => (await import('./doctor.ts')).doctor());
  root.addCommand(policyCommand());
  root.addCommand(waiveCommand());
  for (const command of root.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().showHelpAfterError(`(hardpan ${command.name()} --help lists its options)`);
  return root;
}

const examples = `
Examples:
  hardpan deploy/                       audit a folder
  hardpan -o sarif=out.sarif -o text .  two reports of one run
  hardpan explain nginx/alias-traversal

Exit codes: 0 passed, 1 the gate failed, 2 usage error, 3 incomplete, 4 nothing recognised, 130 interrupted`;

function scanCommand(): Command {
  const command = new Command('scan')
    .description('audit directories, files, archives and snapshots (the default command)')
    .argument('[paths...]', 'what to audit; - reads standard input', ['.']);
  for (const option of scanOptions()) command.addOption(option.env(environmentName(option.long ?? '')));
  return command.action(async (paths: string[], options: ScanOptions) => {
    process.exitCode = await (await import('./scan.ts')).scan(paths, options, isGiven(command));
  });
}

function reportCommand(): Command {
  const command = new Command('report')
    .description('render a saved JSON report, or several as one; ends with the exit code of the worst')
    .argument('<run.json...>', 'what -o json=FILE wrote; - reads standard input');
  for (const option of outputOptions()) command.addOption(option.env(environmentName(option.long ?? '')));
  return command.action(async (files: string[], options: OutputOptions) => {
    process.exitCode = await (await import('./report.ts')).report(files, options);
  });
}

const systems = ['github', 'gitlab', 'pre-commit', 'azure', 'circleci', 'jenkins', 'bitbucket'];

function ciShowCommand(): Command {
  return new Command('show')
    .description('print the file for a pipeline')
    .addArgument(new Argument('<system>').choices(systems))
    .action(async (system: string) => (await import('./ci.ts')).ciShow(system));
}

function ciInitCommand(): Command {
  return new Command('init')
    .description('write the file for a pipeline; which one is guessed from the folder when it is not said')
    .addArgument(new Argument('[system]').choices(systems))
    .option('--force', 'replace the file that is there')
    .action(async (system: string | undefined, options: { readonly force?: boolean }) =>
      (await import('./ci.ts')).ciInit(system, options),
    );
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

/** `--fail-on` → `HARDPAN_FAIL_ON`: every option can be set by the environment too. */
function environmentName(flag: string): string {
  return `HARDPAN_${flag
    .replace(/^--(no-)?/, '')
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

function repeatable(flags: string, text: string): Option {
  return new Option(flags, `${text}; repeatable`).argParser(collect);
}

/** What says how a report looks, for all commands that write one. */
function outputOptions(): readonly Option[] {
  return [
    repeatable(
      '-o, --output <format[=file]>',
      'text, json, ndjson, sarif, junit, gitlab-codequality, github or markdown',
    ),
    new Option('--show <severity>', 'print findings of this severity and above')
      .choices([...severities])
      .default('medium'),
    new Option('--sarif-include-suppressed', 'put waived and ignored findings into SARIF, marked as such'),
    new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'),
    new Option('-q, --quiet', 'print the verdict only'),
    new Option('-v, --verbose', 'print all there is, what was skipped included'),
  ];
}

function scanOptions(): readonly Option[] {
  return [
    ...outputOptions(),
    repeatable('-p, --policy <name|file>', 'judge by this policy instead of hardpan.yaml'),
    new Option('--fail-on <severity>', 'fail at this severity and above').choices([...severities, 'none']),
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
    new Option('--no-tree-config', "do not obey the tree's own ignore file"),
    new Option('--all', 'report passes too'),
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
