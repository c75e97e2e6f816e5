/** Whether the comments and reviews in which people answered are unchanged, and still by them. */
import { createHash } from 'node:crypto';
import type { Repository } from '../../../core/actor.ts';
import type { ApprovalCommand, Standing } from '../../../core/approvals/facts.ts';
import type { ApprovalQuery } from '../../../engine/ports/github-approval.ts';
import type { Client } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { reviewState } from '../review-state.ts';

type GivenAnswer = ApprovalQuery['answers'][number];
/** What a comment or a review says now. */
type LiveStatement = { body: string; author: number | null };

type AnswerSources = {
  client: Client;
  repository: Repository;
  /** The pull request, or `null` where there is none yet. */
  pull: number | null;
};

export async function readAnswers(
  sources: AnswerSources,
  answers: readonly GivenAnswer[],
): Promise<ApprovalCommand[]> {
  const read = answers.map(async answer => {
    const { id, by, says, request, question, at, revoked } = answer;
    // Only an approval that still counts can lose its effect by a change of its text.
    const mayChange = says === 'approve' && revoked === null;
    const standing = mayChange ? await standingOf(sources, answer) : 'created';
    const said = { id, says, request, question, at, revoked, standing };
    return { ...said, by: { ...by, type: 'User' as const } };
  });
  return Promise.all(read);
}

async function standingOf(sources: AnswerSources, answer: GivenAnswer): Promise<Standing> {
  // A button and the console leave no text on GitHub that could be changed.
  if (answer.via === 'button' || answer.via === 'console' || answer.comment === null)
    return 'created';
  const statement = await statementOf(sources, answer.via, answer.comment);
  if (statement === null) return 'deleted';
  if (statement.author !== answer.by.id) return 'foreign';
  const digest = `sha256:${createHash('sha256').update(statement.body).digest('hex')}`;
  return digest === answer.text ? 'created' : 'edited';
}

/** `null` where it is gone; of a review, also where it was dismissed. */
async function statementOf(
  { client: { rest }, repository, pull }: AnswerSources,
  via: Exclude<GivenAnswer['via'], 'button' | 'console'>,
  comment_id: number,
): Promise<LiveStatement | null> {
  const path = repositoryPath(repository);
  if (via === 'review') {
    const asked = { ...path, pull_number: pull ?? 0, review_id: comment_id };
    const found = await orNull(rest.pulls.getReview(asked));
    if (!found || reviewState(found.data.state) === 'DISMISSED') return null;
    return { body: found.data.body, author: found.data.user?.id ?? null };
  }
  if (via === 'issue_comment') {
    const found = await orNull(rest.issues.getComment({ ...path, comment_id }));
    return found && { body: found.data.body ?? '', author: found.data.user?.id ?? null };
  }
  const found = await orNull(rest.pulls.getReviewComment({ ...path, comment_id }));
  return found && { body: found.data.body, author: found.data.user?.id ?? null };
}
