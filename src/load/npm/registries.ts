import { wholeOf } from '../../model/location.ts';
import { byDefault, explicit, unresolved, type Value } from '../../model/value.ts';
import type { SettingsTree } from './settings.ts';
import { place, scopeOf, type World } from './world.ts';

/** An .npmrc: where packages come from, and with whose credentials. */
export function modelSettings(uri: string, tree: SettingsTree, { input, resources }: World): void {
  const entry = input.listing.get(uri);
  resources.push({
    kind: 'package.settings',
    id: `package.settings:${uri}`,
    name: uri,
    at: wholeOf(uri),
    registries: tree.registries.map((registry) => ({ url: registry.url, at: place(uri, registry) })),
    credentials: tree.credentials.map((one) => ({ key: one.key, literal: one.literal, at: place(uri, one) })),
    strictSsl: strictSsl(uri, tree),
    tracked: entry?.tracked ?? null,
    ignored: entry?.ignored ?? false,
    scope: scopeOf(uri, { input }),
  });
}

function strictSsl(uri: string, { strictSsl: set }: SettingsTree): Value<boolean> {
  if (!set) return byDefault(true, wholeOf(uri), 'npm checks certificates');
  if (set.value.includes('${')) return unresolved(`strict-ssl is ${set.value} in ${uri}`, place(uri, set));
  return explicit(!/^(false|null)$/.test(set.value), place(uri, set));
}
