import { CommanderError } from 'commander';
import { program } from './commands.ts';
import { UsageError } from './error.ts';

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
    await program(argv).parseAsync(argv);
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
