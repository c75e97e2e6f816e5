/** Answers in place: one for each key; on a review comment, in its thread. */
import type { Repository } from '../../../core/actor.ts';
import type { Reply } from '../../../core/reply.ts';
import type { Target } from '../../../core/target.ts';
import { answerMarker } from '../surfaces/markers.ts';
import { renderReply } from '../surfaces/reply.ts';
import { conversation, upsert } from './comments.ts';
import { at, type Writing } from './writing.ts';

export async function reply(
  writing: Writing,
  repository: Repository,
  target: Target,
  said: Reply,
  key: string,
): Promise<{ id: number }> {
  const body = renderReply(said, key);
  if (target.kind === 'review_comment') {
    const replied = await replyInThread(writing, repository, target, answerMarker(key), body);
    if (replied) return replied;
  }
  return upsert(writing, conversation(writing, repository, target.number), answerMarker(key), body);
}

/** `null` where the thread is gone: then the answer goes to the conversation. */
async function replyInThread(
  writing: Writing,
  repository: Repository,
  target: Extract<Target, { kind: 'review_comment' }>,
  marker: string,
  body: string,
): Promise<{ id: number } | null> {
  const octokit = writing.clients(repository, 'talk');
  const where = { ...at(repository), pull_number: target.number };
  const comments = await octokit.paginate(octokit.rest.pulls.listReviewComments, {
    ...where,
    per_page: 100,
  });
  const called = comments.find(comment => comment.id === target.id);
  if (!called) return null;
  return upsert(
    writing,
    {
      list: async () => comments,
      find: async id => comments.find(comment => comment.id === id) ?? null,
      create: async text => {
        const { data } = await octokit.rest.pulls.createReplyForReviewComment({
          ...where,
          // Replies hang on the first comment of a thread, never on one another.
          comment_id: called.in_reply_to_id ?? called.id,
          body: text,
        });
        return { id: data.id };
      },
      update: (comment_id, text) =>
        octokit.rest.pulls.updateReviewComment({ ...at(repository), comment_id, body: text }),
      remove: comment_id =>
        octokit.rest.pulls.deleteReviewComment({ ...at(repository), comment_id }),
    },
    marker,
    body,
  );
}
