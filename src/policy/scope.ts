import type { Params } from '../check.ts';
import type { Resource } from '../model/resource.ts';
import { fitsPath, fitsText } from './glob.ts';
import type { Policy, Scope } from './policy.ts';

/** Whether something of this kind, written in this file, is in the scope. */
export function isInScope(
  { paths, excludePaths = [], kinds, environments }: Scope,
  { source, kind }: { readonly source: string; readonly kind: string },
  { facts }: Pick<Policy, 'facts'>,
): boolean {
  if (paths && !paths.some((pattern) => fitsPath(pattern, source))) return false;
  if (excludePaths.some((pattern) => fitsPath(pattern, source))) return false;
  if (kinds && !kinds.some((pattern) => fitsText(pattern, kind))) return false;
  return !environments || environments.includes(String(facts['environment']));
}

/** Parameters that overrides set for a part of the tree, the last that fits above all; undefined when none does. */
export function localParams(
  policy: Policy,
): ((id: string, about: Pick<Resource, 'at' | 'kind'>) => Params | undefined) | undefined {
  const setting = policy.overrides.filter(({ params }) => Object.keys(params).length > 0);
  if (setting.length === 0) return undefined;
  return (id, { at, kind }) => {
    const place = { source: at.source, kind };
    const fitting = setting.filter(({ params, scope }) => params[id] && isInScope(scope, place, policy));
    return fitting.length === 0 ? undefined : Object.assign({}, ...fitting.map(({ params }) => params[id]));
  };
}
