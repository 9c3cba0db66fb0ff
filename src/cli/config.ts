import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Policy } from '../policy/policy.ts';
import type { ScanOptions } from './scan.ts';

/** The policy that judges a run, and the options with what the config sets of them. */
export interface Settled {
  readonly policy: Policy;
  readonly options: ScanOptions;
}

/** Whether an option was given by a flag or the environment, rather than by default. */
export type IsGiven = (option: string) => boolean;

export const configName = 'hardpan.yaml';
export const waiversName = 'hardpan.waivers.yaml';

/** The config and the waivers that count here. */
export interface ConfigFiles {
  /** Relative to the working directory. */
  readonly config?: string;
  readonly waivers?: string;
}

/** From the working directory upwards to the folder that git works in; without git, in the working directory only. */
export function configFiles(from: string): ConfigFiles {
  const folders = foldersAbove(from);
  const folder =
    folders.find((one) => existsSync(join(one, configName))) ??
    folders.find((one) => existsSync(join(one, waiversName)));
  if (folder === undefined) return {};
  const found = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? relative(from, join(folder, name)) : undefined;
  const config = found(configName);
  const waivers = found(waiversName);
  return { ...(config === undefined ? {} : { config }), ...(waivers === undefined ? {} : { waivers }) };
}

/** Where a new config or waivers file belongs: where git works, else here. */
export function topFolder(from: string): string {
  return foldersAbove(from).at(-1) ?? from;
}

function foldersAbove(from: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) return [from];
  }
}
