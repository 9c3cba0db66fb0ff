import { urlHost, urlSecret } from '../../facts/npm-spec.ts';
import type { Download } from '../../model/package.ts';
import type { LockTree } from './lock.ts';
import type { LockEntry } from './lock-entry.ts';
import { place } from './world.ts';

/** All that an install fetches. `asked` are hosts that the projects themselves name, `direct` places of what they ask for. */
export function downloadsOf(
  uri: string,
  lock: LockTree,
  asked: ReadonlySet<string>,
  direct: ReadonlySet<string>,
): readonly Download[] {
  const found: Download[] = [];
  for (const entry of lock.entries.values()) {
    if (entry.bundled || !isInstalled(entry)) continue;
    const isAsked = asked.size > 0 && direct.has(entry.place) && entry.resolved !== null;
    found.push(downloadOf(uri, entry, isAsked && asked.has(urlHost(entry.resolved) ?? '')));
  }
  return found;
}

/** Folders of the tree are not, and of an optional package that was not to be had npm notes the name alone. */
export function isInstalled({ local, group, version, resolved }: LockEntry): boolean {
  return !local && (group !== 'optional' || version !== null || resolved !== null);
}

/** Hosts in the specs of projects. */
export function hostsIn(projects: Iterable<Pick<LockEntry, 'specs'>>): ReadonlySet<string> {
  const specs = [...projects].flatMap((project) => project.specs);
  return new Set(specs.flatMap((spec) => (spec.includes('//') ? (urlHost(spec) ?? []) : [])));
}

function downloadOf(uri: string, entry: LockEntry, declared: boolean): Download {
  const { name, version, resolved, hasIntegrity, resolvedAt } = entry;
  const isVersion = version !== null && /^\d/.test(version);
  return {
    label: isVersion ? `${name}@${version}` : name,
    packageName: name,
    version: isVersion ? version : null,
    form: formOf(resolved),
    url: resolved,
    hasIntegrity,
    declared,
    holdsSecret: resolved !== null && urlSecret(resolved) !== undefined,
    at: place(uri, resolved === null ? entry : resolvedAt),
  };
}

function formOf(resolved: string | null): Download['form'] {
  if (resolved === null) return 'registry';
  if (/^file:/.test(resolved)) return 'file';
  if (!/^https?:/.test(resolved) || /^https?:\/\/codeload\.github\.com\//.test(resolved)) return 'git';
  return /\/-\/|^https:\/\/npm\.pkg\.github\.com\/download\//.test(resolved) ? 'registry' : 'url';
}
