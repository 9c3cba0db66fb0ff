import { type Graph, type Resource, type Severity, some } from '../../src/check.ts';
import { inScope, lowered } from '../../src/facts/weight.ts';

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

/** Less grave in what is only for building, ships only when it is asked for, or is for developers or an example. */
export function inUse({ use, scope }: InStage | Resource<'docker.stage'>, severity: Severity): Severity {
  return inScope(use === 'alternative' ? lowered(severity, 1) : severity, scope);
}
