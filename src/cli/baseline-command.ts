import { Command } from 'commander';
import { environmentName, isGiven, scanOptions } from './options.ts';
import type { ScanOptions } from './scan.ts';

/** `hardpan baseline …`; what it does is loaded when it is used. */
export function baselineCommand(): Command {
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
