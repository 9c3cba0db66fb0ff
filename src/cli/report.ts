import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { merged } from '../report/merge.ts';
import { documentFrom, type Judgement, NotAReport } from '../report/saved.ts';
import { UsageError } from './error.ts';
import { type OutputOptions, openOutputs } from './output.ts';

/** Renders saved JSON reports, several as one. Returns the exit code that the worst of them had. */
export async function report(files: readonly string[], options: OutputOptions): Promise<number> {
  const outputs = openOutputs(options);
  const judgement = judgementOf();
  const document = merged(
    files.map((file) => {
      try {
        return { name: file, document: documentFrom(read(file), judgement) };
      } catch (cause) {
        if (cause instanceof NotAReport) throw new UsageError(`${file} ${cause.message}`);
        throw cause;
      }
    }),
  );
  process.exitCode = document.exit.code;
  for (const output of outputs) await output.write(document);
  return document.exit.code;
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UsageError(`cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

interface Validate {
  (parsed: unknown): boolean;
  readonly errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

/** Made by the build from the schema of reports, as a file of its own. */
function judgementOf(): Judgement {
  const validate: Validate = createRequire(import.meta.url)('./report-validator.cjs');
  return (parsed) => {
    if (validate(parsed)) return undefined;
    const [first] = validate.errors ?? [];
    return `${first?.instancePath || 'the report'} ${first?.message ?? 'does not fit the schema'}`;
  };
}
