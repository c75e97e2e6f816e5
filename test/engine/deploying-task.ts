/** A task that has merged, and may deploy twice to production. */

import { fixGraph } from '../../src/core/graph/graphs.ts';
import { Environments } from '../../src/core/repository-config/environment.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import type { EventLog } from '../../src/engine/ports/event-log.ts';
import { created, decided, HISTORY, sha } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { REPOSITORY } from './github.ts';

const environments = Environments.parse({ production: { on: 'merge', workflow: 'deploy.yml' } });
const commands = { install: ['npm', 'ci'], lint: ['npm', 'run', 'lint'], test: ['npm', 'test'] };
const config = { commands, environments, remediate: { ci: true, reviews: true } };
const fix = fixGraph(commands);
const deploySteps = ['one', 'two'].map(id => ({
  kind: 'builtin' as const,
  ...{ id, purpose: 'deploy' as const, needs: ['merge'], environment: 'production' },
}));
const graph = { ...fix, steps: [...fix.steps, ...deploySteps] };
/** The runs that deploy. */
export const [first, second] = ['one-1-1', 'two-1-1'] as const;

/** A task whose two deployments are allowed, and what happens then. */
export async function deploying(
  log: EventLog,
  { id, issue }: { id: string; issue: number },
  ...then: TaskCommand[]
): Promise<void> {
  await beginTask(log, id, [
    created({ issue, graph, config, repository: REPOSITORY }),
    ...HISTORY.approved.slice(1),
    { type: 'merged', commit: sha('d'), head: sha('c'), by: 'gatehouse' },
    ...[first, second].flatMap(run => [
      decided('run.start', 'allow', run),
      decided('deploy', 'allow', run),
    ]),
    ...then,
  ]);
}

/** It has dispatched this run of its workflow. */
export const begun = (run: string, workflowRun: number): TaskCommand => ({
  type: 'deployment_started',
  data: {
    ...{ run, environment: 'production', commit: sha('d') },
    ...{ deployment: null, workflowRun, link: null },
  },
});
