/**
 * A check fails on a pull request of a person: where the default branch opts in, an agent is to turn it
 * green on the same branch. Each failing head is a task of its own, and all of them on one pull request
 * are one chain, which ends in the same way as rounds on a pull request of ours.
 */
import type { Account, Repository } from '../../../core/actor.ts';
import type { FailedCheck } from '../../../core/failed-check.ts';
import { byPerson } from '../../../core/origin.ts';
import { roleForRework } from '../../../core/profile.ts';
import { HAS_STOPPED } from '../../../core/task/state/unasked.ts';
import type { Intake } from '../../dependencies.ts';
import type { OpenPull } from '../../ports/pulls.ts';
import { hasSay } from '../callers/callers.ts';
import { createFrom } from '../create/create-task.ts';
import { refusalWords } from '../create/refusal-words.ts';
import { unaskedOn, whyNoFurther } from '../create/unasked-tasks.ts';
import { personOf, sendToTask } from '../intake.ts';
import { readRules } from '../rules/repository-config.ts';
import { type CheckFailure, failedCheck } from './failed-check.ts';

/** What came of it, in words. */
export async function remedyPulls(intake: Intake, failure: CheckFailure): Promise<string> {
  const { repository, at } = failure;
  const nobody = await whyNobody(intake, repository);
  if (nobody !== null) return nobody;
  const notes: string[] = [];
  for (const pull of await intake.github.facts.pullsAt(repository, at.head))
    if (pull.head === at.head)
      notes.push(`#${pull.number}: ${await remedyPull(intake, failure, pull)}`);
  return notes.join('; ') || 'it is the head of no open pull request';
}

/**
 * Nobody helps with a draft, nor with what is closed: what failed meanwhile is looked for once a pull
 * request is neither. `null`: nothing is to be done.
 */
export async function remedyWhatFailed(
  intake: Intake,
  { repository, pull, head }: { repository: Repository; pull: number; head: string },
): Promise<string | null> {
  if ((await whyNobody(intake, repository)) !== null) return null;
  const failed = await intake.github.facts.failedAt(repository, head);
  if (failed === null) return null;
  const at = { head, pulls: [pull], branches: null };
  return remedyPulls(intake, { kind: 'check_failed', repository, failed, at });
}

/** Why no pull request of a person is helped with here; `null`: they are. */
async function whyNobody(intake: Intake, repository: Repository): Promise<string | null> {
  const home = await intake.github.facts.defaultBranch(repository);
  const rules = await readRules(intake, repository, home.sha);
  if (!rules.ok || !rules.config.remediate.pulls)
    return 'no pull request of ours, and the default branch opts in to no other';
  const role = roleForRework(intake.profiles.values(), 'check');
  return role === null ? 'no role works on failing checks' : null;
}

async function remedyPull(intake: Intake, failure: CheckFailure, pull: OpenPull): Promise<string> {
  const { repository } = failure;
  const { number, author, head } = pull;
  if (pull.fork) return "a fork's is never written";
  if (pull.draft) return 'a draft is still being worked on';
  if (author?.type !== 'User') return 'no person opened it';
  if (!(await hasSay(intake, repository, author))) return `${author.login} may not write`;
  const chain = await unaskedOn(intake, repository, number);
  if (chain.at(-1)?.state.remediationStopped) return HAS_STOPPED.message;
  if (chain.some(({ check }) => check?.head === head)) return 'a check of this head was taken up';
  const check = await failedCheck(intake, failure);
  if (check === null) return 'no check of the suite failed';
  const stopped = await whyNoFurther(intake, chain, check);
  return stopped ?? begin(intake, repository, check, { number, author });
}

/** The author answers for it: nobody's approval counts for what is done to their own pull request. */
async function begin(
  intake: Intake,
  repository: Repository,
  check: FailedCheck,
  { number, author }: { number: number; author: Account },
): Promise<string> {
  const issue = await intake.github.facts.issue(repository, number);
  const created = await createFrom(intake, {
    repository,
    origin: { kind: 'check', check },
    requester: byPerson(personOf(author)),
    command: { name: 'fix', text: `The check "${check.name}" fails.` },
    graph: 'remedy',
    about: { issue, isPull: true },
    goal: { title: issue.title, body: issue.body },
    taint: [],
    planned: null,
    runs: null,
    target: null,
    label: null,
    key: `check ${check.head}`,
    delivery: intake.delivery,
  });
  if (created.outcome !== 'refused') return `${created.outcome} task ${created.task}`;
  return `refused: ${refusalWords(created.answer).join(' ')}`;
}

/** A person pushed to a pull request on which a failing check of an earlier head is worked on. */
export async function standBack(
  intake: Intake,
  { repository, pull, by }: { repository: Repository; pull: number; by: Account },
): Promise<string | null> {
  if (by.type !== 'User') return null;
  const open = { repositoryId: repository.id, issue: pull, open: true, limit: 1 };
  const [row] = await intake.tasks.list(open);
  if (row?.origin !== 'check') return null;
  // Deliveries may come late, so that the head may be yet another one.
  const { head } = await intake.github.facts.pull(repository, pull);
  const command = { type: 'overtaken' as const, by: personOf(by), head: head.sha };
  const handled = await sendToTask(intake, row.id, command, null);
  return handled.ok ? `${row.id} stands back` : handled.refusal.message;
}
