import { execFileSync } from 'node:child_process';
import { loaders } from '../load/index.ts';
import { unsupportedFormats } from '../load/unsupported.ts';
import { bundledData, checkRecords } from './registry.ts';
import { version } from './version.ts';

/** Prints what this installation has: versions, formats, checks and the age of its data. */
export async function doctor(): Promise<void> {
  const data = bundledData();
  const age = (key: string): string => data.open(key)?.date ?? 'missing; build the program again';
  const rows: readonly (readonly [string, string])[] = [
    ['hardpan', version],
    ['Node.js', `${process.version} (20.19 or newer is needed)`],
    ['git', git()],
    ['formats read', loaders.map(({ name }) => name).join(', ')],
    ['formats named only', unsupportedFormats.map(({ name }) => name).join(', ')],
    ['checks', String(checkRecords().size)],
    ['npm advisories of', age('advisories/npm')],
    ['end-of-life data of', age('eol/nodejs')],
    ['network', 'not used by scan; nothing is sent anywhere'],
  ];
  for (const [name, value] of rows) process.stdout.write(`${`${name}:`.padEnd(22)}${value}\n`);
}

function git(): string {
  try {
    return execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return 'not installed: whether files are tracked cannot be told';
  }
}
