/** What people have approved of exactly this: collected live, judged by the rules of the core. */

import { teamsNamed } from '../../core/approvals/code-owners.ts';
import { LARGEST_CODEOWNERS } from '../../core/approvals/codeowners.ts';
import { HOLDS_FOR_HOURS } from '../../core/approvals/expiry.ts';
import type { ApprovalFacts, Codeowners } from '../../core/approvals/facts.ts';
import { judge } from '../../core/approvals/judge.ts';
import type { Judgement } from '../../core/approvals/judgement.ts';
import { requestersOf } from '../../core/task/requesters.ts';
import {
  type Answered,
  type Approval,
  createdOf,
  spentReviews,
  type TaskState,
} from '../../core/task/state.ts';
import { decide } from '../../policy/decide.ts';
import type { PolicySet } from '../../policy/load.ts';
import type { Dependencies } from '../dependencies.ts';
import type { GitHubApproval } from '../ports/github.ts';
import type { CollectedFacts, Content } from './collected.ts';

/** `policies`: those that decide, the repository's own among them. */
type Needs = Pick<Dependencies, 'github' | 'workspaces' | 'now'> & { policies: PolicySet };

/** `request`: what stands for this question, where anything does. `digest`: of what is asked about now. */
export async function judgeApprovals(
  deps: Needs,
  state: TaskState,
  { facts, content }: Pick<CollectedFacts, 'facts' | 'content'>,
  request: Approval | null,
  digest: string,
  /** The rework that is asked about, before it begins. */
  rework: string | null,
): Promise<Judgement & { head: string | null }> {
  const { github, policies } = deps;
  const asksInRun = facts.gate === 'act';
  const { repository, issue } = createdOf(state);
  const codeowners = await codeownersFor(deps, state, content);
  const owning = codeowners?.kind === 'text' ? teamsNamed(codeowners.text, repository.owner) : [];
  const live = await github.facts.approval(repository, {
    pull: state.pull?.number ?? null,
    issue,
    requesters: requestersOf(state, { action: facts.action, rework }),
    pushers: state.pushers,
    answers: saidOf(state, request).map(({ answer: id, approval, ...said }) => ({
      id,
      request: chainOf(state, approval),
      ...said,
    })),
    teams: [...new Set([...policies.teams, ...owning])].sort(),
  });
  const updateMerge = await updateMergeOf(deps, state, live, content);
  // The moment is taken when everything is read: nothing that was read is younger.
  const now = await deps.now();
  const judgement = judge(
    { ...live, ...(asksInRun ? NO_CHANGE : {}), codeowners, paths: content.paths, updateMerge },
    {
      head: content.head,
      // How many it takes is for policy to say; it is told how many there are.
      quorum: Math.max(1, request?.quorum ?? 1),
      solo: mayApproveOwn(policies, facts),
      moves: state.moves,
      spent: spentReviews(state, request),
      request: request?.digest === digest ? request.chain : null,
      now: now.toISOString(),
      holdsForHours: request?.holdsForHours ?? HOLDS_FOR_HOURS,
    },
  );
  return { ...judgement, head: asksInRun ? null : (live.pull?.head ?? null) };
}

/** Rule 22: only where a policy says so outright. */
function mayApproveOwn(policies: PolicySet, facts: CollectedFacts['facts']): boolean {
  const { gate, subject, repository } = facts;
  const { mode, requester, taint, approvals } = facts.context;
  const decision = decide(policies, {
    gate,
    subject,
    repository,
    action: 'approval.own',
    resource: { kind: 'repository' },
    context: { mode, requester, taint, approvals },
  });
  return decision.outcome === 'allow';
}

/** What an agent asks is about no change: neither a review nor the state of a pull request says anything of it. */
const NO_CHANGE = { pull: null, reviews: [], contributors: [] };

/**
 * What was said of what an agent asks for in its run is said of that alone, for and against; of
 * everything else nothing is said by it. Whoever takes back takes back everything.
 */
const saidOf = ({ approvals, answers }: TaskState, request: Approval | null): Answered[] => {
  const asked = (id: string | null) => {
    const found = approvals.find(approval => approval.id === id);
    return found?.gate === 'act' ? found.chain : null;
  };
  const meant = request?.gate === 'act' ? request.chain : null;
  return answers.filter(({ says, approval }) => says === 'revoke' || asked(approval) === meant);
};

const chainOf = (state: TaskState, approval: string | null): string | null =>
  state.approvals.find(({ id }) => id === approval)?.chain ?? null;

/** Rule 5 is asked only where a review of an older head could count by it. */
async function updateMergeOf(
  { github, workspaces }: Needs,
  state: TaskState,
  { pull, reviews }: GitHubApproval,
  { base }: Content,
): Promise<ApprovalFacts['updateMerge']> {
  const older = reviews.some(
    ({ state: said, commit }) => said === 'APPROVED' && commit !== pull?.head,
  );
  if (!pull || !older) return null;
  const { repository } = createdOf(state);
  const source = { repository, remote: github.facts.remote(repository, 'read') };
  return workspaces.remerge(source, base.sha, pull.head);
}

/** CODEOWNERS where GitHub looks for it, at the base: what a pull request changes of it decides nothing. */
async function codeownersFor(
  { github, workspaces, policies }: Needs,
  state: TaskState,
  { base }: Content,
): Promise<Codeowners | null> {
  if (!policies.asksCodeowners) return null;
  const { repository } = createdOf(state);
  const source = { repository, remote: github.facts.remote(repository, 'read') };
  for (const path of ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']) {
    const file = await workspaces.readFile(source, base.sha, path);
    if (file && file.length > LARGEST_CODEOWNERS) return { kind: 'oversized' };
    if (file) return { kind: 'text', text: file.toString('utf8') };
  }
  return { kind: 'none' };
}
