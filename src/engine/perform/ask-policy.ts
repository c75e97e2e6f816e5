/**
 * Asks policy: collects the facts, decides, and keeps facts and policies by digest, so that the decision
 * can be made again.
 */
import type { Person } from '../../core/actor.ts';
import { NO_APPROVALS } from '../../core/approvals/approvals.ts';
import type { PolicyDecision } from '../../core/decision.ts';
import { profileIn } from '../../core/repository-config/own-role.ts';
import { openApproval, usedBy } from '../../core/task/approvals/open-approvals.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { baseOf, createdOf, runOf, type TaskState } from '../../core/task/state/state.ts';
import { decide, factsText } from '../../policy/decide.ts';
import { withContext } from '../../policy/facts.ts';
import { keptTexts } from '../../policy/load.ts';
import { judgeApprovals } from '../facts/approvals.ts';
import { circumstancesOf } from '../facts/circumstances.ts';
import { collect } from '../facts/collect.ts';
import { capsuleOf, type Question } from '../facts/question.ts';
import { Archived } from '../ports/github.ts';
import { chooseAgent } from '../routing/choose-agent.ts';
import type { TaskContext, TaskEffect } from '../task-context.ts';
import { followBase } from './follow-base.ts';

export async function decideByPolicy(context: TaskEffect<'decide'>): Promise<TaskCommand> {
  return (await chosenFirst(context)) ?? askPolicy(context, context.effect);
}

/** Chooses the agent before policy judges it; null where it is chosen already, or no agent works. */
async function chosenFirst({
  deps,
  folded,
  effect,
}: TaskEffect<'decide'>): Promise<TaskCommand | null> {
  const { state } = folded;
  if (effect.action !== 'run.start' || effect.run === null) return null;
  const run = runOf(state, effect.run);
  if (run.executor.kind !== 'agent' || run.choice || run.state !== 'queued') return null;
  const profile = profileIn(deps.profiles, createdOf(state).roles, run.executor.role);
  // Without an agent policy is asked as well, and the start of the run says what is missing.
  if (!profile) return null;
  const choice = await chooseAgent(deps, profile, { state, run });
  return typeof choice === 'string'
    ? { type: 'refused', run: run.id, reason: choice }
    : { type: 'choose', data: { run: run.id, ...choice } };
}

/** `using`: the effect that is about to use the approval, or was interrupted while it did. */
export async function askPolicy(
  context: Pick<TaskContext, 'deps' | 'task' | 'folded'>,
  question: Question,
  using: string | null = null,
): Promise<TaskCommand> {
  const { deps, task, folded } = context;
  askAhead(context, question);
  const run = question.run === null ? null : runOf(folded.state, question.run);
  const circumstances = await circumstancesOf(deps, folded.state, run, question.rework);
  const { owner, name, archived } = circumstances.repository;
  // What begins there is refused; what is under way waits, as somebody may unarchive it.
  if (archived && run) throw new Archived(`${owner}/${name} is archived.`);
  const { state } = await followBase(context, circumstances.defaultBranch);
  const { policies } = circumstances;
  const collected = await collect(deps, state, question, circumstances);
  if ('type' in collected) return collected;
  const { content, forged, checks, awaits } = collected;
  const { capsule, digest } = capsuleOf(task, state, collected, policies.digest);
  const request = openApproval(state, question) ?? (using === null ? null : usedBy(state, using));
  const asksPeople = question.action === 'pr.merge' || request !== null;
  const terms = asksPeople ? askedOfPeople(decide(policies, collected.facts)) : null;
  const judgement = asksPeople
    ? await judgeApprovals(deps, state, {
        ...collected,
        policies,
        digest,
        request,
        terms,
        rework: question.rework,
      })
    : null;
  // A head that was pushed meanwhile is not the one that the facts are about.
  if (judgement?.head && judgement.head !== state.pull?.head)
    return { type: 'head_moved', to: judgement.head };
  const approvals = judgement?.approvals ?? NO_APPROVALS;
  const facts = withContext(collected.facts, { approvals });
  const decision = decide(policies, facts);
  await Promise.all(
    [factsText(facts), ...keptTexts(policies)].map(text => deps.artifacts.put(text, 'proof')),
  );
  // Checks may have been reported since the merge was decided.
  if (using !== null && question.run !== null && awaits && decision.outcome === 'allow')
    return { type: 'merge_blocked', run: question.run, because: awaits };
  const { paths: files, findings } = content;
  const approvalSubject = { capsule, digest, files, findings, judgement, terms, forged, checks };
  return {
    type: 'decided',
    run: question.run,
    rework: question.rework,
    decision,
    approvalSubject,
    awaits,
  };
}

/** `unapproved`: what policy says where nobody has approved. */
const askedOfPeople = (unapproved: PolicyDecision): PolicyDecision | null =>
  unapproved.outcome === 'allow' ? null : unapproved;

/** What a question about the merge needs of GitHub is on its way, and kept, while the rest is read. */
function askAhead(
  { deps, folded: { state } }: Pick<TaskContext, 'deps' | 'folded'>,
  { action }: Question,
): void {
  if (action !== 'pr.merge' || !state.pull) return;
  const { facts } = deps.github;
  const { repository } = createdOf(state);
  const asked: Promise<unknown>[] = [
    facts.expectedChecks(repository, state.pull.number),
    // By the rules of its base, which need not wait until the pull request says what that is.
    facts.requiresOurs(repository, baseOf(state)),
    facts.checkSuites(repository, state.pull.head),
    ...whoReviewed(state).map(person => facts.role(repository, person)),
  ];
  // Where it fails, it is asked for again, and fails there.
  for (const one of asked) one.catch(() => {});
}

/** Whose words about the task were judged until now. */
const whoReviewed = ({ approvals }: TaskState): Person[] => {
  const judged = approvals.flatMap(({ counted, refused }) => [...counted, ...refused]);
  return [...new Map(judged.map(({ by }) => [by.id, by])).values()];
};
