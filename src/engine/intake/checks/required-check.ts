/** Our check is required on a commit: where no task of ours reports there, this asks for it. */
import type { Account, Repository } from '../../../core/actor.ts';
import type { JudgedHead } from '../../../core/judged-head.ts';
import type { Intake } from '../../dependencies.ts';
import { takeAll } from '../callers/callers.ts';
import { inHour } from '../callers/own-limit.ts';
import { ofPull, sendToDelivery } from '../intake.ts';

/** Of forks so many heads are reported on as they are pushed, in an hour: one person's, and all of a repository. */
const HEADS = { ofPerson: 20, ofRepository: 60 };

/** A pull request that has new commits, or asks to change another branch. */
export async function reportOnPull(
  intake: Intake,
  trigger: {
    repository: Repository;
    pull: number;
    head: string;
    base: string;
    fork: boolean;
    /** Whoever pushed it, or had it ask; nobody where it was looked for. */
    by?: Account;
  },
): Promise<string> {
  const { repository, pull, head, base, fork, by } = trigger;
  if (await ofPull(intake, repository.id, pull)) return 'its task reports on it';
  // Anybody may push to a fork as often as they like, and each head costs an event, some requests and a write.
  if (fork && by && !(await mayReport(intake, repository, by)))
    return 'forks push often here, so it is reported on once it is looked for';
  return reportOnHead(intake, { repository, about: { pull, group: false, head }, base });
}

function mayReport(
  intake: Intake,
  { id, installation }: Repository,
  by: Account,
): Promise<boolean> {
  const ofRepository = `heads:${installation}:${id}`;
  return takeAll(intake, [
    [`${ofRepository}:${by.id}`, inHour(HEADS.ofPerson)],
    [ofRepository, inHour(HEADS.ofRepository)],
  ]);
}

/** Has our check report on a head, or on a commit of GitHub's merge queue. */
export async function reportOnHead(
  intake: Intake,
  { repository, about, base }: { repository: Repository; about: JudgedHead; base: string },
): Promise<string> {
  if (!(await intake.github.facts.requiresOurs(repository, base)))
    return 'our check is not required';
  return requestCheck(intake, repository, about);
}

export async function requestCheck(
  intake: Intake,
  repository: Repository,
  about: JudgedHead,
): Promise<string> {
  const data = { repository, about };
  const handled = await sendToDelivery(intake, { type: 'request_check', data }, null);
  return handled.ok ? `reporting on ${about.head.slice(0, 7)}` : handled.refusal.message;
}
