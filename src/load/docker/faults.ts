import type { Fault } from '../../lang/dockerfile.ts';
import { hole } from '../../lang/dockerfile-expand.ts';
import { valueIfKnown } from '../../model/value.ts';
import { type DockerTree, type Stage, stageNamed } from './stages.ts';
import type { CopyStep } from './steps.ts';

/** What the builder refuses although each line reads well by itself. */
export function faultsOf(tree: DockerTree): readonly Fault[] {
  const { stages } = tree;
  return stages.flatMap((stage) => [
    ...nameFaults(stage, stages),
    ...baseFaults(stage, tree),
    ...stage.state.steps.flatMap((step) => (step.type === 'copy' ? copyFaults(step, stage, stages) : [])),
  ]);
}

function nameFaults({ name, from, index }: Stage, stages: readonly Stage[]): readonly Fault[] {
  if (name === null) return [];
  const span = { start: from.start, end: from.end };
  if (stages.some((other) => other.index < index && other.name === name)) {
    const message = `another stage before it is named ${name} too, and the name means this one from here on`;
    return [{ code: 'repeated-stage', message, severity: 'warning', ...span }];
  }
  if (name === 'scratch' || name === 'context')
    return [
      {
        code: 'reserved-stage',
        message: `${name} is a name of the builder's own`,
        severity: 'warning',
        ...span,
      },
    ];
  return [];
}

/** A variable in FROM that no ARG before the first FROM declares is empty. */
function baseFaults({ base, from }: Stage, { globals }: DockerTree): readonly Fault[] {
  const { start, end } = base.at;
  const reference = valueIfKnown(base.reference);
  if (reference === undefined || reference.includes(hole)) return [];
  if (reference === '' || /^[:@]|[:@]$|^\/|\/$|\/:|::/.test(reference)) {
    const names = globals.map(({ name }) => name);
    const given = names.filter((name) => new RegExp(`\\$\\{?${name}\\b`).test(from.args.text.slice(0, 1000)));
    const comes = `comes to "${reference.slice(0, 80)}", which names no image`;
    // A build that gives the argument is all right.
    if (given.length > 0) {
      const message = `without a value for ${given.join(' and ')} this ${comes}`;
      return [{ code: 'bad-reference', message, severity: 'warning', start, end }];
    }
    const hint = names.length > 0 ? `; declared are ${names.slice(0, 5).join(', ')}` : '';
    return [{ code: 'bad-reference', message: `this ${comes}${hint}`, severity: 'error', start, end }];
  }
  return [];
}

function copyFaults(step: CopyStep, stage: Stage, stages: readonly Stage[]): readonly Fault[] {
  const { sources, destination, from, fromAt } = step;
  const { start, end } = step.at;
  const target = valueIfKnown(destination);
  const faults: Fault[] = [];
  if (
    target !== undefined &&
    sources.length > 1 &&
    !/(\/|\\)$/.test(target) &&
    !/^\.{1,2}$|\/\.{1,2}$/.test(target)
  ) {
    const message = `with several sources the destination ${target.slice(0, 80)} has to end in a slash`;
    faults.push({ code: 'destination-no-folder', message, severity: 'error', start, end });
  }
  if (from === null || from.includes(hole) || !fromAt) return faults;
  const at = { start: fromAt.start, end: fromAt.end };
  const number = /^\d+$/.test(from);
  if (from.toLowerCase() === stage.name || (number && Number(from) === stage.index)) {
    faults.push({
      code: 'copy-from-self',
      message: 'a stage cannot copy from itself',
      severity: 'error',
      ...at,
    });
  } else if (number && !stageNamed(stages, from, stage.index)) {
    faults.push({
      code: 'unknown-stage',
      message: `there is no stage ${from} before this one`,
      severity: 'error',
      ...at,
    });
  } else if (
    stages.some((other) => other.index > stage.index && other.name === from.toLowerCase()) &&
    !stageNamed(stages, from, stage.index)
  ) {
    faults.push({
      code: 'unknown-stage',
      message: `the stage ${from} comes only later`,
      severity: 'error',
      ...at,
    });
  }
  return faults;
}
