import type { Claims, Intake } from './intake.ts';
import { wholeOf } from './model/location.ts';
import type { Hole } from './model/resource.ts';
import { projectFolder } from './model/scope.ts';
import { unseen } from './model/value.ts';
import { type Failure, folderOf, type Loader, type LoaderEntry } from './source.ts';

/** What an unread source leaves: a gap in each kind that it might have told of, so absence proves nothing. */
export function holesOf({ kinds, scope = projectFolder }: Loader, { failures }: Intake): readonly Hole[] {
  return failures.map(({ uri, error }) => ({
    kinds,
    scope: scope(uri),
    unknown: unseen(`${uri}: ${error}`, wholeOf(uri)),
  }));
}

/** What files of formats leave that are known and not read yet. */
export function unsupportedHoles(claims: Claims | undefined): readonly Hole[] {
  return [...(claims?.unsupported ?? [])].flatMap(([{ name, kinds }, files]) =>
    files.map((uri) => ({
      kinds,
      scope: projectFolder(uri),
      unknown: unseen(`${uri}: ${name} files are not read yet`, wholeOf(uri)),
    })),
  );
}

/** A folder that could not be listed might have held files of any kind. */
export async function folderHoles(
  loaders: readonly LoaderEntry[],
  lost: readonly Failure[],
): Promise<readonly Hole[]> {
  if (lost.length === 0) return [];
  const kinds = (await Promise.all(loaders.map((entry) => entry.load()))).flatMap((loader) => loader.kinds);
  return lost.map(({ uri, error }) => ({
    kinds,
    scope: folderOf(uri),
    unknown: unseen(`${uri}: ${error}`, wholeOf(uri)),
  }));
}
