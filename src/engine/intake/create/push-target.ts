/** Which branch a task on somebody's pull request pushes to: that one, where GitHub and policy let it, or its own. */
import { basesIn } from '../../../core/repository-config/choose-base.ts';
import { pushesToPull } from '../../../core/task/events/works-on.ts';
import { evolve } from '../../../core/task/evolve/evolve.ts';
import { type DataOf, NO_TASK } from '../../../core/task/state/state.ts';
import { decide } from '../../../policy/decide.ts';
import type { Dependencies } from '../../dependencies.ts';
import { circumstancesOf, factsOf } from '../../facts/circumstances.ts';
import { branchResource } from '../../facts/collect.ts';

type Created = DataOf<'task.created'>;

/** Asked of a change in which nothing is found: policy decides about the true one before it is pushed. */
export async function withPushTarget(deps: Dependencies, created: Created): Promise<Created> {
  const theirs = { ...created, branch: created.worksOn?.branch ?? created.branch };
  if (!pushesToPull(theirs)) return created;
  // What work is merged into changes by pull requests, whatever it asks to be merged into itself.
  if (basesIn(created.config).includes(theirs.branch)) return created;
  // What is merged into other branches, such as `develop`, may be protected itself.
  if (!(await deps.github.facts.takesPushes(created.repository, theirs.branch))) return created;
  const at = (await deps.now()).toISOString();
  const state = evolve(NO_TASK, { type: 'task.created', v: 9, data: theirs }, { seq: 1, at });
  const circumstances = await circumstancesOf(deps, state, null);
  const facts = factsOf(circumstances, {
    action: 'branch.push',
    resource: branchResource(state, circumstances),
    context: {
      size: { files: 0, added: 0, removed: 0, bytes: 0 },
      findings: [],
      reproduced: false,
      proof: [],
      unpassed: [],
    },
  });
  return decide(circumstances.policies, facts).outcome === 'allow' ? theirs : created;
}
