import { type Command, InvalidArgumentError, Option } from 'commander';
import { severities } from '../policy/policy.ts';
import type { IsGiven } from './config.ts';
import { bytesIn, day } from './values.ts';

/** Whether a flag or the environment gives an option: both come before the config. */
export function isGiven(command: Command): IsGiven {
  return (option) => /^(cli|env)$/.test(command.getOptionValueSource(option) ?? '');
}

/** `--fail-on` → `HARDPAN_FAIL_ON`: every option can be set by the environment too. */
export function environmentName(flag: string): string {
  return `HARDPAN_${flag
    .replace(/^--(no-)?/, '')
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

function repeatable(flags: string, text: string): Option {
  return new Option(flags, `${text}; repeatable`).argParser(collect);
}

/** What says how a report looks, for all commands that write one. */
export function outputOptions(): readonly Option[] {
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

export function scanOptions(): readonly Option[] {
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
    new Option('--no-tree-config', "do not obey the tree's own ignore file and ignore comments"),
    new Option('--all', 'report passes too'),
    new Option('--baseline <file>', 'tell new findings from those that the file knows'),
    new Option('--new-only', 'print new findings alone, and fail for them alone'),
    new Option('--since <ref>', 'new is what the tree at this git commit lacks; implies --new-only'),
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
