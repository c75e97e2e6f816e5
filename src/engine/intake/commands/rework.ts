/** Somebody who may write asks for more work on a pull request of ours: by a command, or by a review. */
import type { Person, Repository } from '../../../core/actor.ts';
import { roleForRework } from '../../../core/profile.ts';
import type { Target } from '../../../core/target.ts';
import type { Intake } from '../../dependencies.ts';
import type { Handled } from '../../handle.ts';
import type { ReviewRequest } from '../../ports/review-request.ts';
import { taintOf, taintOfRemarks } from '../callers/taint.ts';
import { sendToTask } from '../intake.ts';

type Request = {
  /** The same for the same request, however often it is delivered. */
  id: string;
  repository: Repository;
  pull: number;
  by: Person;
  target: Target;
  text: string;
};

/** `null`: no role works on comments. */
export async function askForMore(
  intake: Intake,
  task: string,
  { id, repository, pull, by, target, text }: Request,
): Promise<Handled | null> {
  const role = roleForRework(intake.profiles.values(), 'comment');
  if (role === null) return null;
  const { facts } = intake.github;
  // All threads of one review are one round of work.
  const [review, byCaller, remarks] = await Promise.all([
    target.kind === 'review' ? facts.review(repository, pull, target.id) : null,
    taintOf(intake, repository, [{ source: 'the comment', by }]),
    facts.discussion(repository, pull),
  ]);
  const data = {
    id,
    origin: 'comment' as const,
    role,
    instructions: review ? requested(text, review) : text,
    by,
    caller: null,
    target,
    check: null,
    threads: (review?.comments ?? []).map(({ id: comment, path }) => ({ comment, path })),
    merges: null,
    taint: [...byCaller, ...taintOfRemarks(remarks)],
  };
  return sendToTask(intake, task, { type: 'rework', data }, by);
}

/** What a review asks for, thread by thread. `text`: what its command says, where it has one. */
function requested(text: string, { body, comments }: ReviewRequest): string {
  const threads = comments.map(
    ({ path, line, body: said }) => `${path}${line === null ? '' : `:${line}`}: ${said}`,
  );
  return [text || body, ...threads].filter(part => part.trim() !== '').join('\n\n');
}
