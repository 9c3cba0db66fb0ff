import { Argument, Command, Option } from 'commander';
import { severities } from '../policy/policy.ts';
import { baselineCommand } from './baseline-command.ts';
import type { DiffOptions } from './diff.ts';
import type { FixOptions } from './fix.ts';
import { environmentName, isGiven, outputOptions, scanOptions } from './options.ts';
import type { OutputOptions } from './output.ts';
import { policyCommand, waiveCommand } from './policy-command.ts';
import type { ScanOptions } from './scan.ts';
import type { SurfaceOptions } from './surface.ts';
import { version } from './version.ts';

/** The command line. Most runs are scans, and what they do not name is not made. */
export function program(argv: readonly string[]): Command {
  const root = new Command('hardpan')
    .description('Audits backend configuration: nginx, containers, packages and cloud, as one system.')
    .version(version, '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', examples);
  root.addCommand(scanCommand(), { isDefault: true });
  if (argv.slice(2).some((word) => others.has(word) || /^(-h|--help|help|complete)$/.test(word)))
    for (const make of others.values()) root.addCommand(make(root));
  if (argv.includes('complete')) root.addCommand(completeCommand(root), { hidden: true });
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

const others: ReadonlyMap<string, (root: Command) => Command> = new Map([
  ['fix', fixCommand],
  ['report', reportCommand],
  ['ci', ciCommand],
  ['completion', completionCommand],
  ['explain', explainCommand],
  ['checks', checksCommand],
  ['baseline', baselineCommand],
  ['diff', diffCommand],
  ['surface', surfaceCommand],
  ['doctor', doctorCommand],
  ['policy', policyCommand],
  ['waive', waiveCommand],
  ['db', dbCommand],
]);

function completionCommand(): Command {
  return new Command('completion')
    .description('print what makes a shell complete the words of this command')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'pwsh']))
    .action(async (shell: string) => (await import('./completion.ts')).completion(shell));
}

/** What the shells ask; it tells of all commands. */
function completeCommand(root: Command): Command {
  return new Command('complete')
    .argument('<place>', 'which of the words is being written', Number)
    .argument('[words...]')
    .action(async (place: number, words: string[]) =>
      (await import('./completion.ts')).complete(root, place, words),
    );
}

function explainCommand(): Command {
  return new Command('explain')
    .description('what a check asks, why, and what to do')
    .argument('<check>', "an id such as nginx/alias-traversal, or another tool's such as DL3002")
    .action(async (id: string) => (await import('./explain.ts')).explain(id));
}

function checksCommand(): Command {
  return new Command('checks')
    .description('list the checks')
    .argument('[pattern]', 'an id, a family such as nginx, or a risk')
    .action(async (pattern?: string) => (await import('./explain.ts')).listChecks(pattern));
}

function diffCommand(): Command {
  return new Command('diff')
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
}

function doctorCommand(): Command {
  return new Command('doctor')
    .description('tell what hardpan finds on this machine, and how old its data is')
    .action(async () => (await import('./doctor.ts')).doctor());
}

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

function ciCommand(): Command {
  return new Command('ci')
    .description('what a pipeline needs to run hardpan')
    .addCommand(ciInitCommand())
    .addCommand(ciShowCommand());
}

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

/** Options of a scan that decide what the surface is, too. */
const seeing = /^--(policy|now|root|no-tree-config|since)$/;

function surfaceCommand(): Command {
  const command = new Command('surface')
    .description('write the attack surface of the paths to a file, or compare it with one')
    .argument('[paths...]', 'what to look at', ['.'])
    .option('--check', 'fail when the tree and the file differ, and say how')
    .option('--file <file>', 'the file; - is standard output', 'hardpan.surface');
  for (const option of scanOptions().filter(({ long }) => seeing.test(long ?? '')))
    command.addOption(option.env(environmentName(option.long ?? '')));
  return command.action(async (paths: string[], options: SurfaceOptions) => {
    process.exitCode = await (await import('./surface.ts')).surface(paths, options, isGiven(command));
  });
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
