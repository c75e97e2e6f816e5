/** Which approvals of exactly this count: collected live, judged by the rules of the core. */

import { teamsNamed } from '../../core/approvals/code-owners.ts';
import { LARGEST_CODEOWNERS } from '../../core/approvals/codeowners-file.ts';
import { HOLDS_FOR_HOURS } from '../../core/approvals/expiry.ts';
import type { ApprovalFacts, Codeowners } from '../../core/approvals/facts.ts';
import { judge } from '../../core/approvals/judge.ts';
import type { Judgement } from '../../core/approvals/judgement.ts';
import type { PolicyDecision } from '../../core/decision.ts';
import { aboutOf, isAnsweredAlone } from '../../core/task/approvals/question.ts';
import { requestersOf } from '../../core/task/approvals/requesters.ts';
import { spentReviews } from '../../core/task/approvals/spent-reviews.ts';
import { placeOf } from '../../core/task/state/place.ts';
import { type Approval, createdOf, type TaskState } from '../../core/task/state/state.ts';
import { decide } from '../../policy/decide.ts';
import type { PolicySet } from '../../policy/load.ts';
import type { Dependencies } from '../dependencies.ts';
import type { ApprovalQuery, GitHubApproval } from '../ports/github-approval.ts';
import type { CollectedFacts, Content } from './question.ts';

type Needs = Pick<Dependencies, 'now'> & {
  github: { facts: Pick<Dependencies['github']['facts'], 'approval' | 'remote'> };
  workspaces: Pick<Dependencies['workspaces'], 'remerge' | 'readFile'>;
};

/** What is asked about, and what people were asked of it. */
type AskedOfPeople = Pick<CollectedFacts, 'facts' | 'content' | 'checksChangedAt'> & {
  /** Those that decide, the repository's own among them. */
  policies: PolicySet;
  /** The digest of the present capsule. */
  digest: string;
  /** The open request about this question; null where there is none. */
  request: Approval | null;
  /** What policy asks of people where nobody has approved; null where it asks nothing of them. */
  terms: Pick<PolicyDecision, 'quorum' | 'expiresHours'> | null;
  /** The rework that is judged before it begins. */
  rework: string | null;
};

export async function judgeApprovals(
  deps: Needs,
  state: TaskState,
  asked: AskedOfPeople,
): Promise<Judgement & { head: string | null }> {
  const { github } = deps;
  const { facts, content, checksChangedAt, policies, digest, request, rework } = asked;
  const { quorum, holdsForHours } = termsOf(asked);
  const asksInRun = facts.gate === 'act';
  const isDeployment = facts.gate === 'deploy';
  const question = request ? aboutOf(request) : facts.action;
  const { repository } = createdOf(state);
  const codeowners = policies.asksCodeowners ? await codeownersAt(deps, state, content) : null;
  const owning =
    codeowners?.kind === 'text' ? teamsNamed(codeowners.text, facts.repository.owner) : [];
  const found = await github.facts.approval(repository, {
    pull: state.pull?.number ?? null,
    issue: placeOf(state),
    requesters: requestersOf(state, { action: facts.action, rework }),
    pushers: state.pushers,
    answers: answersAbout(state, request, question),
    teams: [...new Set([...policies.teams, ...owning])].sort(),
  });
  const live = { ...found, contributors: [...found.contributors, ...unknownPushers(state)] };
  const updateMerges = await updateMergesOf(deps, state, live, content);
  // The time is taken once everything is read, so that nothing that was read is younger.
  const now = await deps.now();
  const judgement = judge(
    {
      ...live,
      ...(asksInRun || isDeployment ? withoutChange(live) : {}),
      // Who wrote what is deployed does not approve that either.
      ...(isDeployment ? { contributors: live.contributors } : {}),
      ...(request && isAnsweredAlone(request) ? { reviews: [] } : {}),
      codeowners,
      paths: content.paths,
      updateMerges,
      checksChangedAt,
    },
    {
      question,
      head: isDeployment ? null : content.head,
      afterMerge: isDeployment && state.merged !== null,
      // Policy says how many approvals it takes; its facts say how many there are.
      quorum: Math.max(1, quorum),
      solo: mayApproveOwn(policies, facts),
      moves: state.moves,
      spent: spentReviews(state, request),
      request: request?.digest === digest ? request.chain : null,
      now: now.toISOString(),
      holdsForHours,
    },
  );
  return { ...judgement, head: asksInRun || isDeployment ? null : (live.pull?.head ?? null) };
}

/** Who pushed may be among those who approve: see the rule `separation`. */
export const unknownPushers = ({
  pushes,
}: Pick<TaskState, 'pushes'>): ApprovalFacts['contributors'] =>
  Object.entries(pushes).flatMap(([commit, who]) =>
    who === 'known'
      ? []
      : { commit, as: 'pusher', account: null, name: `whoever pushed ${commit.slice(0, 7)}` },
  );

/** A request holds as it stands; where none stands for exactly this, policy says what it takes. */
function termsOf({ request, digest, terms }: AskedOfPeople) {
  if (request && (request.digest === digest || !terms)) return request;
  return { quorum: terms?.quorum ?? 1, holdsForHours: terms?.expiresHours ?? HOLDS_FOR_HOURS };
}

/** An approval of one's own work counts only where a policy permits it explicitly. */
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

/**
 * What an agent asks is about no change, so no review and no head bears on it. Where there is a pull
 * request, it was asked there: that is the issue on which people speak.
 */
const withoutChange = ({ pull, issue }: Pick<ApprovalFacts, 'pull' | 'issue'>) => ({
  pull: null,
  issue: pull
    ? { number: pull.number, isPull: true, state: pull.state, locked: pull.locked }
    : issue,
  reviews: [],
  contributors: [],
});

/**
 * What people said that may bear on this: the rules say what does. What is answered alone is left out of all
 * else, and all else of it. Whoever revokes, revokes everything.
 */
function answersAbout(
  { approvals, answers }: TaskState,
  request: Approval | null,
  question: string,
): ApprovalQuery['answers'] {
  return answers.flatMap(({ answer: id, approval, ...answer }) => {
    const answered = approvals.find(other => other.id === approval) ?? null;
    const about = answer.says === 'revoke' || !answered ? null : aboutOf(answered);
    const isElsewhere = about !== null && about !== question;
    if (isElsewhere && [request, answered].some(asked => asked && isAnsweredAlone(asked)))
      return [];
    return [{ id, request: answered?.chain ?? null, question: about, ...answer }];
  });
}

/** As often in a row the base may be merged in before a review has to be given anew. */
const MOST_UPDATES = 10;

/** Whether heads only merged the base in is looked at where a review of an older head could count by it. */
async function updateMergesOf(
  { github, workspaces }: Needs,
  state: TaskState,
  { pull, reviews }: GitHubApproval,
  { base }: Content,
): Promise<ApprovalFacts['updateMerges']> {
  if (!pull) return [];
  const older = new Set(
    reviews.flatMap(({ state: verdict, commit }) =>
      verdict === 'APPROVED' && commit !== null && commit !== pull.head ? [commit] : [],
    ),
  );
  if (older.size === 0) return [];
  const { repository } = createdOf(state);
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  const merges: ApprovalFacts['updateMerges'] = [];
  for (let to = pull.head; older.size > 0 && merges.length < MOST_UPDATES; ) {
    const merge = await workspaces.remerge(source, base.sha, to);
    if (merge === null) break;
    merges.push({ to, ...merge });
    if (merge.recomputed !== merge.tree) break;
    older.delete(merge.from);
    to = merge.from;
  }
  return merges;
}

/** CODEOWNERS where GitHub looks for it, at the base: what a pull request changes of it decides nothing. */
async function codeownersAt(
  { github, workspaces }: Needs,
  state: TaskState,
  { base }: Content,
): Promise<Codeowners> {
  const { repository } = createdOf(state);
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  for (const path of ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']) {
    const file = await workspaces.readFile(source, base.sha, path, LARGEST_CODEOWNERS + 1);
    if (file && file.length > LARGEST_CODEOWNERS) return { kind: 'oversized' };
    if (file) return { kind: 'text', text: file.toString('utf8') };
  }
  return { kind: 'none' };
}
