/** Our check is required on a commit: where no task of ours reports there, this asks for it. */
import type { Repository } from '../../../core/actor.ts';
import type { JudgedHead } from '../../../core/judged-head.ts';
import type { Intake } from '../../dependencies.ts';
import { ofPull, sendToDelivery } from '../intake.ts';

/** A pull request that has new commits, or asks to change another branch. */
export async function reportOnPull(
  intake: Intake,
  trigger: { repository: Repository; pull: number; head: string; base: string },
): Promise<string> {
  const { repository, pull, head, base } = trigger;
  if (await ofPull(intake, repository.id, pull)) return 'its task reports on it';
  return reportOnHead(intake, { repository, about: { pull, group: false, head }, base });
}

/** Also a commit of GitHub's merge queue. */
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
