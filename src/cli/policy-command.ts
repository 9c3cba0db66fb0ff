import { Command, Option } from 'commander';
import { day } from './values.ts';

/** `hardpan policy …` and `hardpan waive`; what they do is loaded when they are used. */
export function policyCommand(): Command {
  const command = new Command('policy').description('make, check, show and compare policies');
  command
    .command('init')
    .description('write a hardpan.yaml to begin with')
    .argument('[file]', 'where to; by default hardpan.yaml where git works, else here')
    .option('--extends <policy>', 'policy that comes with hardpan', 'recommended')
    .action(async (file: string | undefined, options: { extends: string }) =>
      (await import('./policy.ts')).init(file, options.extends),
    );
  command
    .command('lint')
    .description('check policy files; exit code 2 when one cannot be used')
    .argument('[policies...]', 'files; by default the hardpan.yaml that counts here')
    .addOption(now())
    .action(async (names: string[], options: { now?: number }) =>
      (await import('./policy.ts')).lint(names, options.now),
    );
  command
    .command('show')
    .description('print a policy')
    .argument('[policies...]', 'files or shipped policies; by default what counts here')
    .option('--resolved', 'with all that it extends, and which file sets what')
    .addOption(now())
    .action(async (names: string[], options: { resolved?: boolean; now?: number }) =>
      (await import('./policy.ts')).show(names, options),
    );
  command
    .command('diff')
    .description('tell what the second policy changes; exit code 1 when it lets more through')
    .argument('<before>', 'a file or a shipped policy')
    .argument('<after>', 'another')
    .addOption(now())
    .action(async (before: string, after: string, options: { now?: number }) => {
      process.exitCode = await (await import('./policy.ts')).diff(before, after, options.now);
    });
  for (const sub of command.commands)
    sub.exitOverride().showHelpAfterError(`(hardpan policy ${sub.name()} --help)`);
  return command;
}

export function waiveCommand(): Command {
  return new Command('waive')
    .description('answer for a finding until a day: writes a waiver to hardpan.waivers.yaml')
    .argument('<fingerprint>', 'of the finding, as reports give it')
    .argument('[paths...]', 'where the finding is', ['.'])
    .requiredOption('--reason <text>', 'why it is acceptable, in ten characters or more')
    .requiredOption('--owner <name>', 'who answers for it')
    .requiredOption('--expires <date>', 'the last day on which it counts, as 2026-12-31')
    .option('--force', 'also for a finding that a scan does not have; needs --check')
    .option('--check <id>', 'the check, with --force')
    .addOption(now())
    .action(async (fingerprint: string, paths: string[], options) =>
      (await import('./waive.ts')).waive(fingerprint, paths, options),
    );
}

function now(): Option {
  return new Option('--now <date>', 'the day to judge by, as 2026-01-31').argParser(day).env('HARDPAN_NOW');
}
