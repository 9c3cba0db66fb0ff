import type { ShellCommand } from '../../src/model/command.ts';
import { argumentsOf } from './commands.ts';

const shells = /^(sh|bash|dash|ash|zsh|ksh)$/;
const others = /^(python[\d.]*|pypy\d?|perl|ruby|node|php[\d.]*|deno|bun|pwsh|lua)$/;

export function isShell({ name }: ShellCommand): boolean {
  return shells.test(name);
}

export function isInterpreter(command: ShellCommand): boolean {
  return isShell(command) || others.test(command.name);
}

/** Whether the program that it runs comes from standard input: `bash`, `bash -s -- a`, `python3 -`; not `python3 -c`. */
export function runsInput(command: ShellCommand): boolean {
  if (!isInterpreter(command)) return false;
  if (isShell(command)) {
    const { options, operands } = argumentsOf(command.args, { short: 'oO', long: 'rcfile init-file' });
    if (options.some(({ name }) => name === '-c')) return false;
    if (options.some(({ name }) => name === '-s')) return true;
    return isInput(operands[0]?.text);
  }
  // `php -- --install-dir=/usr/bin`
  const cut = command.args.findIndex(({ text }) => text === '--');
  const before = cut === -1 ? command.args : command.args.slice(0, cut);
  const { options, operands } = argumentsOf(before, { short: 'XWdIM', long: '' });
  if (options.some(({ name }) => /^-[cmeprEniaFlxR]$|^--(eval|print|run|check)$/.test(name))) return false;
  return isInput(operands[0]?.text);
}

function isInput(operand: string | undefined): boolean {
  return operand === undefined || operand === '-' || operand === '/dev/stdin';
}
