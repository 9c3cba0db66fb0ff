import { wholeOf } from '../../model/location.ts';
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
    tracked: entry?.tracked ?? null,
    ignored: entry?.ignored ?? false,
    scope: scopeOf(uri, { input }),
  });
}
