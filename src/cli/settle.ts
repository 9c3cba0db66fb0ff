import { recommended } from '../policy/policy.ts';
import { configFiles, type IsGiven, type Settled } from './config.ts';
import { flagged } from './flags.ts';
import type { ScanOptions } from './scan.ts';

/** Flag before environment before config before policy before default. Without a file, nothing is loaded for it. */
export async function settle(options: ScanOptions, isGiven: IsGiven): Promise<Settled> {
  const files = configFiles(process.cwd());
  if (options.policy === undefined && files.config === undefined && files.waivers === undefined)
    return { policy: await flagged(recommended, options), options };
  return (await import('./policy-files.ts')).fromFiles(options, files, isGiven);
}
