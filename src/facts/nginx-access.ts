import type { NginxAccess, NginxRule } from '../model/nginx.ts';
import { known, Undetermined } from '../model/value.ts';

/** What keeps strangers out: a login, a list of addresses, or nothing. */
export type Guard = 'login' | 'addresses' | null;

/** Throws `Undetermined` when that hangs on something unseen. */
export function guardOf(access: NginxAccess): Guard {
  if (hasLogin(access)) return loginCounts(access) ? 'login' : null;
  const { rules } = access;
  if (rules.missing.length > 0) throw new Undetermined(rules.missing);
  if (isClosed(rules.items)) return 'addresses';
  // Only now does it matter whether a login that could not be seen is there.
  known(access.basic);
  known(access.request);
  known(access.other);
  return null;
}

/** The first rule that fits decides; a list that ends without refusing everybody lets the rest in. */
export function isClosed(rules: readonly NginxRule[]): boolean {
  const first = rules.find(isAboutAll);
  return first !== undefined && !first.allows;
}

export function isAboutAll({ source }: NginxRule): boolean {
  return source === 'all' || source === '0.0.0.0/0';
}

/** Whether a login is surely asked for. */
export function hasLogin({ basic, request, other }: NginxAccess): boolean {
  return [basic, request, other].some((value) => value.state !== 'unknown' && value.value !== null);
}

/** With `satisfy any` an address that is allowed needs no login: `allow all` then lets everybody in. */
function loginCounts({ satisfy, rules }: NginxAccess): boolean {
  if (known(satisfy) === 'all') return true;
  if (rules.missing.length > 0) throw new Undetermined(rules.missing);
  const first = rules.items.find(isAboutAll);
  return first === undefined || !first.allows;
}
