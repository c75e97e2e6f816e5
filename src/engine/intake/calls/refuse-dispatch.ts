/**
 * What is wrong with a `repository_dispatch` is answered on its issue. An answer can start a workflow that sends
 * the next one, so that the same is said there once a day, and not much else.
 */
import type { Account, Repository } from '../../../core/actor.ts';
import type { SingleReply } from '../../../core/reply.ts';
import { digestOf } from '../../chain.ts';
import type { Intake } from '../../dependencies.ts';
import { GitHubFailure } from '../../ports/github.ts';
import type { Window } from '../../ports/quotas.ts';
import { refusalWords } from '../create/refusal-words.ts';
import { reply } from '../reply.ts';

const HOUR_MS = 3_600_000;
const SAME: Window[] = [{ spanMs: 24 * HOUR_MS, limit: 1 }];
const ON_ONE_ISSUE: Window[] = [{ spanMs: HOUR_MS, limit: 5 }];
const IN_REPOSITORY: Window[] = [{ spanMs: HOUR_MS, limit: 50 }];

/** Returns the note of the delivery. `issue`: null where it names none, which leaves the note alone. */
export async function refuseDispatch(
  intake: Intake,
  { by, repository }: { by: Account; repository: Repository },
  issue: number | null,
  answer: SingleReply,
): Promise<string> {
  const words = refusalWords(answer).join('; ');
  const note = `refused: ${words}`;
  if (issue === null || !(await isThere(intake, repository, issue))) return note;
  const place = `dispatch-refused:${repository.installation}:${repository.id}`;
  const windows: [string, Window[]][] = [
    [`${place}:${issue}:${digestOf(words)}`, SAME],
    [`${place}:${issue}`, ON_ONE_ISSUE],
    [place, IN_REPOSITORY],
  ];
  for (const [name, limits] of windows)
    if ((await intake.quotas.take(name, limits)) > 0) return `${note}; not answered once more`;
  const target = { kind: 'issue' as const, number: issue };
  return `${note}; ${await reply(intake, { by, repository, target }, answer)}`;
}

async function isThere(
  { github }: Pick<Intake, 'github'>,
  repository: Repository,
  issue: number,
): Promise<boolean> {
  try {
    await github.facts.issue(repository, issue);
    return true;
  } catch (error) {
    if (error instanceof GitHubFailure && error.refused) return false;
    throw error;
  }
}
