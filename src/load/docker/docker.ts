import { cycleKeys } from '../../facts/image-products.ts';
import { valueIfKnown } from '../../model/value.ts';
import { defineLoader, type ParsedFile, type Want } from '../../source.ts';
import { contextFolder, ignoreFileOf, keyFiles, secretEntries } from './context.ts';
import { model } from './model.ts';
import { parse, type Role, type Tree } from './parse.ts';
import { scriptsOf } from './script.ts';
import type { DockerTree } from './stages.ts';

export const docker = defineLoader<Tree>({
  name: 'docker',
  kinds: [
    'docker.file',
    'docker.stage',
    'docker.variable',
    'docker.copy',
    'docker.run',
    'image',
    'process.environment',
  ],
  parse,
  wants({ parsed, listing, builds, holes }) {
    const wanted: Want[] = [];
    const want = (uri: string, role: Role): void => {
      wanted.push({ uri, role, as: 'text' });
    };
    let secrets: ReturnType<typeof secretEntries> | undefined;
    for (const [uri, file] of dockerfiles(parsed)) {
      const folder = valueIfKnown(contextFolder(uri, file, { listing, builds, holes }));
      if (folder === undefined) continue;
      const ignore = ignoreFileOf(uri, folder, listing);
      if (ignore !== null) want(ignore, 'ignore');
      for (const path of scriptsOf(file, folder, listing)) want(path, 'script');
      secrets ??= secretEntries(listing);
      for (const path of keyFiles(file, folder, secrets)) want(path, 'key');
    }
    return wanted;
  },
  needs: (parsed) => cycleKeys(dockerfiles(parsed).flatMap(([, file]) => imagesOf(file))),
  model,
});

function dockerfiles(
  parsed: ReadonlyMap<string, ParsedFile<Tree>>,
): readonly (readonly [string, DockerTree])[] {
  return [...parsed].flatMap(([uri, { tree }]) =>
    tree.type === 'dockerfile' ? [[uri, tree.file] as const] : [],
  );
}

function imagesOf({ stages }: DockerTree): readonly string[] {
  return stages.flatMap(({ base, state }) => [
    ...(base.type === 'image' ? [valueIfKnown(base.reference) ?? ''] : []),
    ...state.steps.flatMap((step) => (step.type === 'copy' && step.from !== null ? [step.from] : [])),
  ]);
}
