/** Answers where we were called: one comment for each key; on a review comment, in its thread. */
import type { Repository } from '../../../core/actor.ts';
import type { Target } from '../../../core/target.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { answerMarker } from '../surfaces/markers.ts';
import { conversation, upsert } from './comments.ts';
import type { WriteContext } from './write-context.ts';

/**
 * `key`: the same answer again changes the comment that is there. `body`: with the key's marker. `isNew`:
 * nobody can have given it before.
 */
export async function reply(
  context: WriteContext,
  repository: Repository,
  target: Target,
  { key, body, isNew }: { key: string; body: string; isNew: boolean },
): Promise<{ id: number }> {
  const comment = { marker: answerMarker(key), body, isNew };
  if (target.kind === 'review_comment') {
    const replied = await replyInThread(context, repository, target, comment);
    if (replied) return replied;
  }
  return upsert(context, conversation(context, repository, target.number), comment);
}

/** `null` where the thread is gone: then the answer goes to the conversation. */
async function replyInThread(
  context: WriteContext,
  repository: Repository,
  target: Extract<Target, { kind: 'review_comment' }>,
  comment: { marker: string; body: string; isNew: boolean },
): Promise<{ id: number } | null> {
  const { rest, paginate } = context.clients(repository, 'talk');
  const path = repositoryPath(repository);
  const pull = { ...path, pull_number: target.number };
  const found = await orNull(rest.pulls.getReviewComment({ ...path, comment_id: target.id }));
  if (!found) return null;
  const called = found.data;
  const thread = {
    list: () => paginate(rest.pulls.listReviewComments, { ...pull, per_page: 100 }),
    create: async (body: string) => {
      // A reply belongs to the first comment of a thread, never to another reply.
      const comment_id = called.in_reply_to_id ?? called.id;
      const { data } = await rest.pulls.createReplyForReviewComment({ ...pull, comment_id, body });
      return { id: data.id };
    },
    update: (comment_id: number, body: string) =>
      rest.pulls.updateReviewComment({ ...path, comment_id, body }),
    remove: (comment_id: number) => rest.pulls.deleteReviewComment({ ...path, comment_id }),
  };
  return upsert(context, thread, comment);
}

/** Where the comment was deleted, nothing takes its place, and it is false. */
export async function editReply(
  { clients }: WriteContext,
  repository: Repository,
  comment_id: number,
  body: string,
): Promise<boolean> {
  const { rest } = clients(repository, 'talk');
  const path = repositoryPath(repository);
  return (await orNull(rest.issues.updateComment({ ...path, comment_id, body }))) !== null;
}
