import { PolicyError, type PolicyFault } from './fault.ts';
import type { Layer } from './lint.ts';
import { hint } from './nearest.ts';
import { policyOf } from './validate.ts';
import { asWritten, type Path, readWritten, type Written } from './written.ts';

/** Where policies come from. */
export interface Library {
  /** Policies that come with the program, read already. */
  readonly builtin: Readonly<Record<string, unknown>>;
  /** Text of a file; undefined when it is not there. */
  read(path: string): string | undefined;
  /** A path that a file gives, from the folder of that file. */
  from(file: string, path: string): string;
}

/** Keys that set flags of the command line, which only the file that was asked for may hold. */
export const flagKeys: readonly string[] = [
  'output',
  'show',
  'var',
  'root',
  'maxFileSize',
  'treeConfig',
  'all',
  'color',
  'quiet',
  'verbose',
  'sarifIncludeSuppressed',
  'baseline',
];

/** A policy file and all that it extends, the ones to be laid lowest first. `text` spares reading the file. */
export function layersOf(reference: string, library: Library): readonly Layer[] {
  const found: Layer[] = [];
  add(reference, [], undefined);
  return found;

  function add(name: string, chain: readonly string[], asked: Asked | undefined): void {
    const circle = chain.indexOf(name);
    if (circle !== -1)
      throw failure(asked, `extends goes in a circle: ${[...chain.slice(circle), name].join(' → ')}`);
    if (found.some(({ written }) => written.file === name)) return;
    const written = open(name, library, asked);
    const file = policyOf(written);
    if (chain.length > 0) refuseFlags(written, file);
    for (const [index, parent] of (file.extends ?? []).entries()) {
      const target = parent.startsWith('builtin:') ? parent : library.from(name, parent);
      add(target, [...chain, name], { written, path: ['extends', index] });
    }
    found.push({ written, file });
  }
}

interface Asked {
  readonly written: Written;
  readonly path: Path;
}

function open(name: string, { builtin, read }: Library, asked: Asked | undefined): Written {
  if (name.startsWith('builtin:')) {
    const key = name.slice('builtin:'.length);
    const data = Object.hasOwn(builtin, key) ? builtin[key] : undefined;
    if (data !== undefined) return asWritten(name, data);
    const names = Object.keys(builtin);
    throw failure(
      asked,
      `no policy ${key} comes with hardpan${hint(key, names, `; there are ${names.join(', ')}`)}`,
    );
  }
  const text = read(name);
  if (text === undefined) throw failure(asked, `${name}: no such policy file`);
  return readWritten(name, text);
}

/** At the place that names a policy; without one, of the command line. */
function failure(asked: Asked | undefined, message: string): Error {
  return asked ? new PolicyError([asked.written.fault(asked.path, message)]) : new Error(message);
}

function refuseFlags(written: Written, file: Layer['file']): void {
  const faults: PolicyFault[] = flagKeys
    .filter((key) => file[key] !== undefined)
    .map((key) =>
      written.faultAtKey(
        [key],
        `${key} belongs to hardpan.yaml itself; a policy that is extended cannot set it`,
      ),
    );
  if (faults.length > 0) throw new PolicyError(faults);
}
