/** What the merge gate is told: the pull request as it is live, its whole change, its checks. */
import type { TaskState } from '../../core/task/state.ts';
import { createdOf } from '../../core/task/state.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { Dependencies } from '../dependencies.ts';
import { type CollectedFacts, contentOf, type Overtaken } from './collected.ts';
import { patchFacts } from './patch.ts';

type MergeFacts = FactsOf<'pr.merge'>;

export async function mergeFacts(
  { github, workspaces }: Pick<Dependencies, 'github' | 'workspaces'>,
  state: TaskState,
  asked: Omit<MergeFacts, 'resource' | 'context' | 'paths'>,
  common: Pick<MergeFacts['context'], 'mode' | 'requester' | 'taint' | 'approvals'>,
): Promise<CollectedFacts | Overtaken> {
  const { repository } = createdOf(state);
  const ours = state.pull;
  if (!ours) throw new Error('there is no pull request to merge');
  const pull = await github.facts.pull(repository, ours.number);
  if (pull.merged)
    return {
      type: 'merged',
      commit: pull.mergeCommit ?? pull.head.sha,
      head: pull.head.sha,
      by: 'person',
    };
  if (pull.state === 'closed') return { type: 'pull_closed' };
  if (pull.head.sha !== ours.head) return { type: 'head_moved', to: pull.head.sha };
  const known = state.baseRef || createdOf(state).base.ref;
  if (pull.base.ref !== known) {
    // Whatever was said until now was said of another base.
    const { reviews } = await github.facts.approval(repository, nothingSaid(ours.number));
    return { type: 'base_moved', to: pull.base.ref, reviews: reviews.map(({ id }) => id) };
  }
  const remote = github.facts.remote(repository, 'read');
  const change = await workspaces.compare({ repository, remote }, pull.base.sha, pull.head.sha);
  const { paths, noted, ...patch } = patchFacts(change, state);
  const facts: MergeFacts = {
    ...asked,
    resource: { kind: 'pull', number: pull.number, base: pull.base.ref, draft: pull.draft },
    context: {
      ...common,
      ...patch,
      checks: {
        failing: pull.checks.filter(c => c.status === 'completed').map(c => c.name),
        pending: pull.checks.filter(c => c.status !== 'completed').map(c => c.name),
      },
    },
    paths,
  };
  const content = {
    ...contentOf(change, noted),
    base: pull.base,
    head: pull.head.sha,
    question: null,
  };
  return { facts, content, forged: pull.forged };
}

const nothingSaid = (pull: number) => ({
  pull,
  issue: null,
  requesters: [],
  pushers: [],
  answers: [],
  teams: [],
});
