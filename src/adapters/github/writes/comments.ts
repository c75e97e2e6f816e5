/**
 * One comment for each marker: written by its id, or found by the marker and our App's bot unless it is new.
 * A lost answer may leave two for a moment: the oldest is kept, the others are deleted.
 */
import type { Repository } from '../../../core/actor.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

type Comment = { id: number; body?: string | undefined; user: { id: number } | null };

/** How comments of one kind are listed and written. */
type CommentThread = {
  list(): Promise<Comment[]>;
  create(body: string): Promise<{ id: number }>;
  update(id: number, body: string): Promise<unknown>;
  remove(id: number): Promise<unknown>;
};

type MarkedComment = {
  /** What the body begins with. */
  marker: string;
  body: string;
  /** The id it had when it was written last, where that is certain. */
  known?: number | undefined;
  /** Nobody can have written it before, so it is not looked for. */
  isNew?: boolean;
};

export async function upsert(
  { app }: WriteContext,
  thread: CommentThread,
  { marker, body, known, isNew }: MarkedComment,
): Promise<{ id: number }> {
  if (known !== undefined && (await orNull(thread.update(known, body)))) return { id: known };
  if (isNew) return thread.create(body);
  const isOurs = (comment: Comment) =>
    comment.user?.id === app.botUserId && comment.body?.startsWith(marker);
  const [oldest, ...rest] = (await thread.list()).filter(isOurs).sort((a, b) => a.id - b.id);
  if (!oldest) return thread.create(body);
  for (const { id } of rest) await orNull(thread.remove(id).then(() => true));
  if (!sameText(oldest.body ?? '', body)) await thread.update(oldest.id, body);
  return { id: oldest.id };
}

/** GitHub trims what it stores. */
export const sameText = (a: string, b: string): boolean =>
  a.replaceAll('\r\n', '\n').trim() === b.replaceAll('\r\n', '\n').trim();

/** The conversation of an issue or a pull request. */
export function conversation(
  { clients }: WriteContext,
  repository: Repository,
  number: number,
): CommentThread {
  const { rest, paginate } = clients(repository, 'talk');
  const path = repositoryPath(repository);
  return {
    list: () =>
      paginate(rest.issues.listComments, { ...path, issue_number: number, per_page: 100 }),
    create: async body => {
      const { data } = await rest.issues.createComment({ ...path, issue_number: number, body });
      return { id: data.id };
    },
    update: (comment_id, body) => rest.issues.updateComment({ ...path, comment_id, body }),
    remove: comment_id => rest.issues.deleteComment({ ...path, comment_id }),
  };
}
