import type { Kind } from '../../model/resource.ts';
import { defineLoader, isText, type Parsed, type TextSource } from '../../source.ts';
import { adviceFrom, advisoryData } from './advice.ts';
import { type LockTree, parseLock } from './lock.ts';
import { modelLock } from './locked.ts';
import { type ManifestTree, parseManifest } from './manifest.ts';
import { type PinTree, parsePins } from './pins.ts';
import { modelManifest } from './project.ts';
import { modelSettings } from './registries.ts';
import { modelPins, nodeData } from './runtimes.ts';
import { parseSettings, type SettingsTree } from './settings.ts';
import { worldOf } from './world.ts';

export type NpmTree = ManifestTree | LockTree | SettingsTree | PinTree;

const kinds: readonly Kind[] = [
  'package.manifest',
  'package.requirement',
  'package.lockfile',
  'package.dependency',
  'package.advisory',
  'package.settings',
  'runtime',
];

export const npm = defineLoader<NpmTree>({
  name: 'npm',
  kinds,

  parse: (source) => {
    if (!isText(source)) throw new Error('is not text');
    return parserOf(source.uri)(source);
  },

  needs: (parsed) => {
    const trees = [...parsed.values()].map(({ tree }) => tree);
    const pins = trees.flatMap((tree) => ('pins' in tree ? tree.pins : []));
    const advised = trees.some(
      (tree) => tree.type === 'lock' || ('requirements' in tree && tree.requirements.length > 0),
    );
    return [
      ...(advised ? [advisoryData] : []),
      ...(pins.some(({ form, product }) => form === 'pin' && product === 'nodejs') ? [nodeData] : []),
      ...new Set(pins.map(({ product }) => `eol/${product}`)),
    ];
  },

  model: (input) => {
    const advice = adviceFrom(input.reference);
    const world = worldOf(input, advice);
    for (const [uri, lock] of world.locks) modelLock(uri, lock, world);
    for (const [uri, { tree }] of input.parsed) {
      if (tree.type === 'manifest') modelManifest(uri, tree, world);
      if (tree.type === 'settings') modelSettings(uri, tree, world);
      if ('pins' in tree) modelPins(uri, tree.pins, 'library' in tree && tree.library, world);
    }
    const { resources, edges, holes } = world;
    return { resources: [...resources, ...advice.made.values()], edges, holes };
  },
});

function parserOf(uri: string): (source: TextSource) => Parsed<NpmTree> {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  if (name === 'package.json') return parseManifest;
  if (name.endsWith('.json')) return parseLock;
  return name === '.npmrc' ? parseSettings : parsePins;
}
