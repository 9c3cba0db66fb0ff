import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Document } from '../report/document.ts';
import { text } from '../report/text.ts';
import { UsageError } from './error.ts';
import type { ScanOptions } from './scan.ts';

export interface Output {
  readonly format: string;
  write(document: Document): Promise<void>;
}

type Render = (document: Document) => Iterable<string>;

const formats: Readonly<Record<string, () => Promise<Render>>> = {
  json: async () => (await import('../report/json.ts')).json,
  sarif: async () => (await import('../report/sarif.ts')).sarif,
};

/** What `-o` asks for; text on standard output when nothing does. Throws on an unknown format. */
export function openOutputs(options: ScanOptions): readonly Output[] {
  const wanted = (options.output ?? ['text']).map((given) => {
    const equals = given.indexOf('=');
    return equals === -1
      ? { format: given }
      : { format: given.slice(0, equals), file: given.slice(equals + 1) };
  });
  if (wanted.filter(({ file }) => file === undefined).length > 1) {
    throw new UsageError(
      'only one report can go to standard output; give the others a file: -o sarif=out.sarif',
    );
  }
  return wanted.map(({ format, file }) => {
    const render = format === 'text' ? async () => textWith(options, file) : formats[format];
    if (!render)
      throw new UsageError(`unknown format ${format}; there are text, ${Object.keys(formats).join(', ')}`);
    return {
      format,
      async write(document) {
        const chunks = (await render())(document);
        if (file === undefined) await toStandardOutput(chunks);
        else toFile(file, chunks);
      },
    };
  });
}

function textWith(
  { color, show, quiet, verbose, newOnly, since }: ScanOptions,
  file: string | undefined,
): Render {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  const auto = file === undefined && !NO_COLOR && (forced || (process.stdout.isTTY ?? false));
  const width = Math.max(40, Math.min(process.stdout.columns || 100, 120));
  const detail = quiet ? 0 : verbose ? 2 : 1;
  return (document) =>
    text(document, {
      color: color === 'always' || (color === 'auto' && auto),
      width,
      show,
      detail,
      newOnly: newOnly || since !== undefined,
    });
}

const chunkLength = 65_536;

async function toStandardOutput(chunks: Iterable<string>): Promise<void> {
  let pending = '';
  const flush = async (): Promise<void> => {
    const free = process.stdout.write(pending);
    pending = '';
    if (!free) await once(process.stdout, 'drain');
  };
  for (const chunk of chunks) {
    pending += chunk;
    if (pending.length >= chunkLength) await flush();
  }
  if (pending !== '') await flush();
}

function toFile(file: string, chunks: Iterable<string>): void {
  try {
    const handle = openSync(file, 'w');
    try {
      for (const chunk of chunks) writeSync(handle, chunk);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw new UsageError(`cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
