import { once } from 'node:events';
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import type { Severity } from '../check.ts';
import type { Document } from '../report/document.ts';
import { type TextOptions, text } from '../report/text.ts';
import { UsageError } from './error.ts';

export interface OutputOptions {
  readonly output?: readonly string[];
  readonly show: Severity;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly sarifIncludeSuppressed?: boolean;
}

export interface Output {
  readonly format: string;
  write(document: Document): Promise<void>;
}

type Render = (document: Document) => Iterable<string>;

interface Format {
  render(options: OutputOptions): Promise<Render>;
  /** What is to be said or written besides the report itself. */
  beside?(document: Document): Promise<void>;
}

const formats: Readonly<Record<string, Format>> = {
  json: { render: async () => (await import('../report/json.ts')).json },
  ndjson: { render: async () => (await import('../report/ndjson.ts')).ndjson },
  sarif: { render: sarif, beside: sayOmitted },
  junit: { render: async () => (await import('../report/junit.ts')).junit },
  'gitlab-codequality': {
    render: async () => (await import('../report/gitlab-codequality.ts')).gitlabCodeQuality,
  },
  github: { render: async () => (await import('../report/github.ts')).github, beside: jobSummary },
  markdown: { render: async () => (await import('../report/markdown.ts')).markdown },
};

export const formatNames: readonly string[] = ['text', ...Object.keys(formats)];

/** Whether any of these outputs carries the hashes of lines, which cost another look at each file. */
export function needsLineHashes(outputs: readonly Output[]): boolean {
  return outputs.some(({ format }) => /^(json|ndjson|sarif)$/.test(format));
}

/** What `-o` asks for; text on standard output when nothing does. Throws on an unknown format. */
export function openOutputs(options: OutputOptions): readonly Output[] {
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
    const known = format === 'text' ? textFormat(file) : formats[format];
    if (!known) throw new UsageError(`unknown format ${format}; there are ${formatNames.join(', ')}`);
    if (file === '') throw new UsageError(`-o ${format}= names no file`);
    return {
      format,
      async write(document) {
        const chunks = (await known.render(options))(document);
        if (file === undefined) await toStandardOutput(chunks);
        else toFile(file, chunks);
        await known.beside?.(document);
      },
    };
  });
}

function textFormat(file: string | undefined): Format {
  return { render: async (options) => textWith(options, file) };
}

function textWith({ color, show, quiet, verbose }: OutputOptions, file: string | undefined): Render {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  const auto = file === undefined && !NO_COLOR && (forced || (process.stdout.isTTY ?? false));
  const width = Math.max(40, Math.min(process.stdout.columns || 100, 120));
  const detail = quiet ? 0 : verbose ? 2 : 1;
  const settings: TextOptions = {
    color: color === 'always' || (color === 'auto' && auto),
    width,
    show,
    detail,
  };
  const { GITHUB_ACTIONS, TF_BUILD, TEAMCITY_VERSION } = process.env;
  const isRead = file === undefined && (GITHUB_ACTIONS || TF_BUILD || TEAMCITY_VERSION);
  return (document) => (isRead ? defused(text(document, settings)) : text(document, settings));
}

/** Some runners obey lines of the log, `::stop-commands::x`, `##vso[…]`: what was scanned must give them no orders. */
function* defused(chunks: Iterable<string>): Generator<string> {
  for (const chunk of chunks) {
    yield chunk.replace(/^(\s*):(?=:)/gm, '$1:\u200b').replace(/#(?=#(vso|teamcity)?\[)/g, '#\u200b');
  }
}

async function sarif({ sarifIncludeSuppressed = false }: OutputOptions): Promise<Render> {
  const made = await import('../report/sarif.ts');
  return (document) => made.sarif(document, { includeSuppressed: sarifIncludeSuppressed });
}

async function sayOmitted(document: Document): Promise<void> {
  const omitted = (await import('../report/sarif.ts')).omittedFromSarif(document);
  if (omitted > 0)
    process.stderr.write(`hardpan: ${omitted} findings of lower severity do not fit into the SARIF report\n`);
}

/** GitHub names a file in which it shows what a step says of itself. Other steps' words are already in it. */
async function jobSummary(document: Document): Promise<void> {
  const file = process.env['GITHUB_STEP_SUMMARY'];
  if (!file) return;
  const { markdown } = await import('../report/markdown.ts');
  try {
    appendFileSync(file, [...markdown(document)].join(''));
  } catch (cause) {
    throw new UsageError(`cannot write the job summary ${file}: ${said(cause)}`);
  }
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
    throw new UsageError(`cannot write ${file}: ${said(cause)}`);
  }
}

function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
