/** Whether enough people can answer a request at all: where one person maintains a repository alone, nobody can. */
import { areTooFew } from '../../core/approvals/who-approves.ts';
import type { ApprovalRequest } from '../../core/reply.ts';
import { requestersOf } from '../../core/task/approvals/requesters.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import { decide } from '../../policy/decide.ts';
import type { Dependencies } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';
import { circumstancesOf, factsOf } from './circumstances.ts';

/** True where those whom the work is done for leave too few who may, and policy lets none of them approve. */
export async function nobodyElse(
  deps: Dependencies,
  state: TaskState,
  asked: Pick<ApprovalRequest, 'approval' | 'action' | 'approvers' | 'quorum'>,
): Promise<boolean> {
  const { action, approval } = asked;
  const { repository } = createdOf(state);
  const rework = state.approvals.find(({ id }) => id === approval)?.rework ?? null;
  const excluded = new Set(requestersOf(state, { action, rework }).map(({ id }) => id));
  const writers = await deps.github.facts.writers(repository).catch(error => {
    // Who can push is only needed for this hint: where GitHub does not say, nothing is said.
    if (error instanceof GitHubFailure && error.lasting) return null;
    throw error;
  });
  if (!writers?.complete) return false;
  const others = writers.people.filter(({ id }) => !excluded.has(id));
  if (!areTooFew(asked, others)) return false;
  const circumstances = await circumstancesOf(deps, state, null, rework);
  const resource = { kind: 'repository' as const };
  const own = factsOf(circumstances, { action: 'approval.own', resource, context: {} });
  return decide(circumstances.policies, own).outcome !== 'allow';
}
