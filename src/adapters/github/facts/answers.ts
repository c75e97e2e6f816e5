/** Whether the words in which people answered are still what they were, and still theirs. */
import { createHash } from 'node:crypto';
import type { Repository } from '../../../core/actor.ts';
import type { ApprovalCommand, Review, Standing } from '../../../core/approvals/facts.ts';
import type { ApprovalQuery } from '../../../engine/ports/github.ts';
import type { Client } from '../client.ts';
import { orNull } from '../failure.ts';

type Given = ApprovalQuery['answers'][number];
type Words = { body: string; author: number | null };

export async function readAnswers(
  octokit: Client,
  repository: Repository,
  { pull, answers }: Pick<ApprovalQuery, 'pull' | 'answers'>,
  reviews: readonly (Review & { body: string })[],
): Promise<ApprovalCommand[]> {
  const standings = answers.map(async given => {
    const { id, by, says, request, at, revoked } = given;
    // What is over, or stands whatever becomes of its words, needs no look.
    const looks = says === 'approve' && revoked === null;
    const standing = looks
      ? await standingOf(octokit, repository, given, pull, reviews)
      : 'created';
    return {
      id,
      says,
      request,
      at,
      revoked,
      standing,
      by: { ...by, type: 'User' as const },
    };
  });
  return Promise.all(standings);
}

async function standingOf(
  octokit: Client,
  repository: Repository,
  given: Given,
  pull: number | null,
  reviews: readonly (Review & { body: string })[],
): Promise<Standing> {
  if (given.via === 'button' || given.comment === null) return 'created';
  const words = await wordsOf(octokit, repository, given.via, given.comment, pull, reviews);
  if (words === null) return 'deleted';
  if (words.author !== given.by.id) return 'foreign';
  const digest = `sha256:${createHash('sha256').update(words.body).digest('hex')}`;
  return digest === given.text ? 'created' : 'edited';
}

/** `null` where they are gone; of a review, also where it was dismissed. */
async function wordsOf(
  octokit: Client,
  repository: Repository,
  via: Exclude<Given['via'], 'button'>,
  comment_id: number,
  pull: number | null,
  reviews: readonly (Review & { body: string })[],
): Promise<Words | null> {
  const where = { owner: repository.owner, repo: repository.name };
  if (via === 'review') {
    const review = reviews.find(({ id }) => id === comment_id);
    if (!review || review.state === 'DISMISSED') return null;
    return { body: review.body, author: review.by?.id ?? null };
  }
  if (via === 'issue_comment') {
    const found = await orNull(octokit.rest.issues.getComment({ ...where, comment_id }));
    return found && { body: found.data.body ?? '', author: found.data.user?.id ?? null };
  }
  const listed = octokit.paginate(octokit.rest.pulls.listReviewComments, {
    ...where,
    pull_number: pull ?? 0,
    per_page: 100,
  });
  const found = (await orNull(listed))?.find(({ id }) => id === comment_id);
  return found ? { body: found.body, author: found.user?.id ?? null } : null;
}
