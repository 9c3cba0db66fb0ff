import { productsOf } from '../../facts/image-products.ts';
import type { Scope, Variable } from '../../model/common.ts';
import type { Resource } from '../../model/resource.ts';
import { explicit, mapValue, type Value } from '../../model/value.ts';
import { type Stage, stageId } from './stages.ts';

/** What a container of this stage starts with. */
export function environmentOf(uri: string, stage: Stage, scope: Scope): Resource<'process.environment'> {
  const { image } = stage;
  return {
    kind: 'process.environment',
    id: `process.environment:${uri}#${stage.key}`,
    name: stageId(uri, stage).slice('docker.stage:'.length),
    at: stage.at,
    variables: variablesOf(stage),
    command: commandOf(stage),
    image,
    product: mapValue(image, (text) => productsOf(text)[0]?.product ?? null),
    scope,
  };
}

function variablesOf(stage: Stage): Readonly<Record<string, Variable>> {
  const found: Record<string, Variable> = Object.create(null);
  for (const [name, { keyword, value, from, at }] of stage.state.scope.settings) {
    if (keyword === 'ENV') found[name] = { value, origin: from.length > 0 ? 'argument' : 'literal', at };
  }
  return found;
}

/** Entrypoint and command as one list; a shell-form entrypoint takes no command. */
function commandOf({ state, at }: Stage): Value<readonly string[] | null> {
  const { entrypoint, command } = state;
  if (!entrypoint) return command?.words ?? explicit(null, at);
  if (entrypoint.shell || !command || entrypoint.words.state === 'unknown') return entrypoint.words;
  if (command.words.state === 'unknown') return command.words;
  return explicit([...entrypoint.words.value, ...command.words.value], entrypoint.at);
}
