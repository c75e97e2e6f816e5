/** What a repository says of its environments, as steps of a graph: previews before the merge, deployments after it. */
import type { Environments } from '../repository-config/environment.ts';
import type { Graph, StepSpec } from './graph.ts';

/** A graph that publishes nothing deploys nothing. */
export function withEnvironments(graph: Graph, environments: Environments): Graph {
  const named = Object.entries(environments);
  const publish = graph.steps.find(({ purpose }) => purpose === 'publish');
  const merge = graph.steps.find(({ purpose }) => purpose === 'merge');
  if (!publish || !merge) return graph;
  const previews = named
    .filter(([, { on }]) => on === 'pull_request')
    .map(([name, { accept = [] }]) => accepting(name, accept, [publish.id]));
  const deployed: StepSpec[] = [];
  let before = [merge.id];
  for (const [name, { on, accept = [] }] of named) {
    if (on !== 'merge') continue;
    const deploy = builtIn('deploy', name, before);
    const accepts = accept.length > 0 ? accepting(name, accept, [deploy.id]) : [];
    deployed.push(deploy, ...accepts);
    before = [(accepts.at(-1) ?? deploy).id];
  }
  const lasts = previews.flatMap(steps => steps.at(-1)?.id ?? []);
  // Where it comes after something else than what is published, it waits for the previews besides.
  const needs = [
    ...merge.needs.filter(need => need !== publish.id || lasts.length === 0),
    ...lasts,
  ];
  return {
    ...graph,
    steps: graph.steps
      .flatMap(step => (step.id === merge.id ? [...previews.flat(), { ...step, needs }] : [step]))
      .concat(deployed),
  };
}

const builtIn = (purpose: 'deploy' | 'accept', environment: string, needs: string[]): StepSpec => ({
  kind: 'builtin',
  id: `${purpose}-${environment}`,
  purpose,
  environment,
  needs,
});

/** What is reached over the network first, then the commands one after the other. */
function accepting(
  environment: string,
  accept: NonNullable<Environments[string]['accept']>,
  needs: string[],
): StepSpec[] {
  const first = builtIn('accept', environment, needs);
  const steps = [first];
  for (const criterion of accept) {
    if (!('command' in criterion)) continue;
    steps.push({
      kind: 'command',
      id: `${first.id}-${steps.length}`,
      purpose: 'gate',
      command: criterion.command,
      needs: steps.slice(-1).map(({ id }) => id),
      keepsChanges: false,
      remedy: null,
    });
  }
  return steps;
}
