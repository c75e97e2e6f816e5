/** What the merge gate is told: the pull request as it is live, its whole change, its approvals. */
import { judge } from '../../core/approvals/judge.ts';
import type { TaskState } from '../../core/task/state.ts';
import { createdOf } from '../../core/task/state.ts';
import { decide } from '../../policy/decide.ts';
import type { FactsOf } from '../../policy/facts.ts';
import type { PolicySet } from '../../policy/load.ts';
import type { Parts } from '../parts.ts';
import type { Collected, Overtaken } from './collected.ts';
import { patchFacts } from './patch.ts';

type MergeFacts = FactsOf<'pr.merge'>;

export async function mergeFacts(
  { github, workspaces }: Pick<Parts, 'github' | 'workspaces'>,
  state: TaskState,
  asked: Omit<MergeFacts, 'resource' | 'context' | 'paths'>,
  common: Pick<MergeFacts['context'], 'mode' | 'requester' | 'taint' | 'approvals'>,
  policies: PolicySet,
): Promise<Collected | Overtaken> {
  const { repository, requester } = createdOf(state);
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
  const remote = github.facts.remote(repository, 'read');
  const [change, reviews] = await Promise.all([
    workspaces.compare({ repository, remote }, pull.base.sha, pull.head.sha),
    github.facts.approval(repository, ours.number, requester),
  ]);
  // Read once more at the end: what was pushed in between is not what was asked about.
  const now = await github.facts.pull(repository, ours.number);
  if (now.head.sha !== ours.head) return { type: 'head_moved', to: now.head.sha };
  const { paths, ...patch } = patchFacts(change, state);
  const own = { kind: 'repository' as const };
  const solo = decide(policies, {
    ...asked,
    action: 'approval.own',
    resource: own,
    context: common,
  });
  const ask = {
    head: ours.head,
    quorum: 1,
    solo: solo.outcome === 'allow',
    voided: state.voidedReviews,
  };
  const judgement = judge(reviews, ask);
  const facts: MergeFacts = {
    ...asked,
    resource: { kind: 'pull', number: pull.number, base: pull.base.ref, draft: pull.draft },
    context: {
      ...common,
      ...patch,
      approvals: judgement.approvals,
      checks: {
        failing: pull.checks.filter(c => c.status === 'completed').map(c => c.name),
        pending: pull.checks.filter(c => c.status !== 'completed').map(c => c.name),
      },
    },
    paths,
  };
  return {
    facts,
    verdicts: {
      head: ours.head,
      granted: judgement.granted,
      reviews: judgement.verdicts.filter(verdict => verdict.counts).map(verdict => verdict.review),
      refused: judgement.refused,
    },
  };
}
