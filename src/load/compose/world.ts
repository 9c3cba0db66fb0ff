import type { DotenvFile } from '../../lang/dotenv.ts';
import { wholeOf } from '../../model/location.ts';
import { type Unknown, unseen } from '../../model/value.ts';
import { folderOf, type Listing, type ParsedFile } from '../../source.ts';
import { entryAt } from './paths.ts';
import type { ComposeFile, ComposeTree } from './tree.ts';
import type { Variables } from './variables.ts';

/** What was read, asked by path. */
export interface World {
  readonly files: readonly ComposeFile[];
  readonly listing: Listing;
  file(uri: string): ComposeFile | undefined;
  environment(uri: string): DotenvFile | undefined;
  /** Why a listed file is not there. */
  lost(uri: string): Unknown;
  /** Variables for a file: of the `.env` beside it, then of the one beside the project's main file. */
  variables(uri: string, main?: string): Variables;
}

export function worldOf(
  parsed: ReadonlyMap<string, ParsedFile<ComposeTree>>,
  listing: Listing,
  given: Readonly<Record<string, string>>,
): World {
  const files = [...parsed.values()].flatMap(({ tree }) => (tree.type === 'compose' ? [tree] : []));
  const known = new Map<string, Variables>();
  const world: World = {
    files,
    listing,
    file: (uri) => {
      const tree = parsed.get(uri)?.tree;
      return tree?.type === 'compose' ? tree : undefined;
    },
    environment: (uri) => {
      const tree = parsed.get(uri)?.tree;
      return tree?.type === 'environment' ? tree.file : undefined;
    },
    lost: (uri) => unseen(`${uri} could not be read`, wholeOf(uri)),
    variables: (uri, main = uri) => {
      const folders = [...new Set([folderOf(uri), folderOf(main)])];
      const key = folders.join('\n');
      const before = known.get(key) ?? variablesIn(folders, world, given);
      known.set(key, before);
      return before;
    },
  };
  return world;
}

function variablesIn(
  folders: readonly string[],
  world: World,
  given: Readonly<Record<string, string>>,
): Variables {
  const entries = folders.flatMap(
    (folder) => entryAt(world.listing, folder === '' ? '.env' : `${folder}/.env`) ?? [],
  );
  const lost = entries.find(({ uri }) => !world.environment(uri));
  return {
    given,
    files: entries.flatMap(({ uri }) => world.environment(uri) ?? []),
    lost: lost && world.lost(lost.uri),
    known: new Map(),
    depth: 0,
  };
}
