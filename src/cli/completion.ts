import type { Command, Option } from 'commander';
import { formatNames } from './output.ts';
import { checkRecords } from './registry.ts';

/**
 * Prints a shell's side of completion. It asks `hardpan complete` for the words, so that it stays right when the
 * program is replaced by a newer one.
 */
export function completion(shell: string): void {
  process.stdout.write(scripts[shell] ?? '');
}

/** Prints what may stand at the place of this word, each with a tab and what it means; `:files` asks for files too. */
export function complete(root: Command, place: number, words: readonly string[]): void {
  const { candidates, files } = completed(root, words.slice(0, place), words[place] ?? '');
  for (const { word, means } of candidates) process.stdout.write(`${word}\t${means}\n`);
  if (files) process.stdout.write(':files\n');
}

interface Candidate {
  readonly word: string;
  readonly means: string;
}

interface Completed {
  readonly candidates: readonly Candidate[];
  readonly files: boolean;
}

function completed(root: Command, given: readonly string[], current: string): Completed {
  const { command, rest } = commandOf(root, given);
  const options = optionsOf(command, root);
  const [, flag, value] = /^(--[^=]+)=(.*)$/.exec(current) ?? [];
  if (flag !== undefined && value !== undefined) {
    const { candidates, files } = valuesOf(named(options, flag), value);
    return { candidates: candidates.map((one) => ({ ...one, word: `${flag}=${one.word}` })), files };
  }
  // Some shells give `--flag=value` as three words.
  const open = named(options, rest.at(-1) === '=' ? rest.at(-2) : rest.at(-1));
  if (open && (open.required || open.optional)) return valuesOf(open, current);
  if (current.startsWith('-')) return { candidates: startingWith(current, flagsOf(options)), files: false };
  return argumentsOf(command, root, rest, current);
}

/** The command that these words lead to, and those that are left; the default command takes what no name fits. */
function commandOf(
  root: Command,
  given: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  let command = root;
  let rest = given;
  for (const word of given) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
    rest = rest.slice(1);
  }
  return { command, rest };
}

function optionsOf(command: Command, root: Command): readonly Option[] {
  const scan = command === root ? root.commands.find((one) => one.name() === 'scan') : undefined;
  return [...command.options, ...(scan?.options ?? [])];
}

function named(options: readonly Option[], flag: string | undefined): Option | undefined {
  return options.find(({ long, short }) => flag !== undefined && (flag === long || flag === short));
}

function flagsOf(options: readonly Option[]): readonly Candidate[] {
  return options.map(({ long, short, description }) => ({ word: long ?? short ?? '', means: description }));
}

/** What may stand after an option that takes a value. */
function valuesOf(option: Option | undefined, current: string): Completed {
  if (!option) return { candidates: [], files: true };
  const { long = '', argChoices = [] } = option;
  if (/^--(select|ignore)$/.test(long)) return { candidates: startingWith(current, checks()), files: false };
  const values = long === '--output' ? formatNames : argChoices;
  const candidates = values.map((word) => ({ word, means: '' }));
  return { candidates: startingWith(current, candidates), files: candidates.length === 0 };
}

function argumentsOf(command: Command, root: Command, rest: readonly string[], current: string): Completed {
  if (command.name() === 'explain') return { candidates: startingWith(current, checks()), files: false };
  const place = rest.filter((word) => !word.startsWith('-')).length;
  const choices = command.registeredArguments[place]?.argChoices ?? [];
  const commands = rest.length > 0 ? [] : command.createHelp().visibleCommands(command);
  const candidates = [
    ...choices.map((word) => ({ word, means: '' })),
    ...commands.map((one) => ({ word: one.name(), means: one.description() })),
  ];
  const files = /^(scan|report)$/.test(command.name()) || command === root;
  return { candidates: startingWith(current, candidates), files };
}

function checks(): readonly Candidate[] {
  return [...checkRecords()].map(([word, { title }]) => ({ word, means: title }));
}

function startingWith(current: string, all: readonly Candidate[]): readonly Candidate[] {
  return all.filter(({ word }) => word.startsWith(current));
}

const bash = `# hardpan: eval "$(hardpan completion bash)" in ~/.bashrc
_hardpan() {
  local line current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <(hardpan complete "$((COMP_CWORD - 1))" -- "\${COMP_WORDS[@]:1}" 2>/dev/null)
}
complete -F _hardpan hardpan
`;

const zsh = `#compdef hardpan
# hardpan: eval "$(hardpan completion zsh)" in ~/.zshrc, after compinit
_hardpan() {
  local line files=0
  local -a found
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      found+=("\${\${line//:/\\\\:}/$'\\t'/:}")
    fi
  done < <(hardpan complete "$((CURRENT - 2))" -- "\${(@)words[2,-1]}" 2>/dev/null)
  (( \${#found} )) && _describe hardpan found
  (( files )) && _files
}
compdef _hardpan hardpan
`;

const fish = `# hardpan: hardpan completion fish > ~/.config/fish/completions/hardpan.fish
function __hardpan_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    hardpan complete (math (count $before) - 1) -- $before[2..-1] $current 2>/dev/null | while read -l line
        if test "$line" = ':files'
            __fish_complete_path $current
        else
            echo $line
        end
    end
end
complete -c hardpan -f -a '(__hardpan_complete)'
`;

const pwsh = `# hardpan: hardpan completion pwsh | Out-String | Invoke-Expression, in $PROFILE
Register-ArgumentCompleter -Native -CommandName hardpan -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $place = if ($wordToComplete -eq '') { $words.Count } else { $words.Count - 1 }
    hardpan complete $place -- @words 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
        $word, $means = $_ -split "\`t", 2
        if (-not $means) { $means = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $means)
    }
}
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish, pwsh };
