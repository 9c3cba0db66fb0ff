import { type Graph, type Resource, type Severity, some } from '../../src/check.ts';

type InStage = Resource<'docker.variable' | 'docker.copy' | 'docker.run'>;

/** Whether what stands here ends up in an image: by default, by `--target`, or because a service builds this stage. */
export function ships(item: InStage | Resource<'docker.stage'>, graph: Graph): boolean {
  if (item.use !== 'build') return true;
  const stage = item.kind === 'docker.stage' ? item : item.stage === null ? undefined : graph.get(item.stage);
  return stage !== undefined && some(graph.in(stage, 'builds', 'compose.service'), () => true);
}

/** Whether containers start from the stage. */
export function starts(stage: Resource<'docker.stage'>, graph: Graph): boolean {
  return stage.target || some(graph.in(stage, 'builds', 'compose.service'), () => true);
}

const steps: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** One step lower in what is only for building, or ships only when it is asked for. */
export function inUse({ use }: InStage | Resource<'docker.stage'>, severity: Severity): Severity {
  return use === 'final' ? severity : lower(severity);
}

export function lower(severity: Severity): Severity {
  return steps[Math.max(0, steps.indexOf(severity) - 1)] ?? severity;
}
