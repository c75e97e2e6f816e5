/**
 * One comment for each marker: found by the marker and our App's bot, written only where it differs.
 * A lost answer may leave two for a moment: the oldest is kept, the others are deleted.
 */
import type { Repository } from '../../../core/actor.ts';
import { orNull } from '../failure.ts';
import { at, type Writing } from './writing.ts';

type Comment = { id: number; body?: string | undefined; user: { id: number } | null };

/** How a kind of comment is listed and written. */
export type Thread<C extends Comment> = {
  list(): Promise<C[]>;
  /** One by its id, `null` where it is gone. */
  find(id: number): Promise<C | null>;
  create(body: string): Promise<{ id: number }>;
  update(id: number, body: string): Promise<unknown>;
  remove(id: number): Promise<unknown>;
};

/** `known`: the id it had when it was written last, which saves looking through the whole thread. */
export async function upsert<C extends Comment>(
  { app }: Writing,
  thread: Thread<C>,
  marker: string,
  body: string,
  known: number | null = null,
): Promise<{ id: number }> {
  const isOurs = (comment: C) =>
    comment.user?.id === app.botUserId && comment.body?.includes(marker);
  const there = known === null ? null : await thread.find(known);
  const all = there && isOurs(there) ? [there] : await thread.list();
  const [oldest, ...rest] = all.filter(isOurs).sort((a, b) => a.id - b.id);
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
  { clients }: Writing,
  repository: Repository,
  number: number,
): Thread<Comment> {
  const octokit = clients(repository, 'talk');
  const where = at(repository);
  return {
    list: () =>
      octokit.paginate(octokit.rest.issues.listComments, {
        ...where,
        issue_number: number,
        per_page: 100,
      }),
    find: async comment_id => {
      const found = await orNull(octokit.rest.issues.getComment({ ...where, comment_id }));
      return found?.data ?? null;
    },
    create: async body => {
      const { data } = await octokit.rest.issues.createComment({
        ...where,
        issue_number: number,
        body,
      });
      return { id: data.id };
    },
    update: (comment_id, body) => octokit.rest.issues.updateComment({ ...where, comment_id, body }),
    remove: comment_id => octokit.rest.issues.deleteComment({ ...where, comment_id }),
  };
}
