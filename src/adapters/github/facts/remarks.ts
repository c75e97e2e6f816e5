/** What people said on an issue or a pull request, with the role of everyone who did; our own words are no input. */
import type { Repository } from '../../../core/actor.ts';
import type { Remark } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import type { PersonOf } from './role.ts';

export type ReadsPeople = { clients: Clients; app: AppIdentity; personOf: PersonOf };

type Raw = {
  user: { id: number; login: string } | null | undefined;
  body: string | null | undefined;
  at: string;
  on: string;
};

/** The last of each kind. */
const LAST = 50;

/** The comments below an issue, or in the conversation of a pull request, in order. */
export async function readRemarks(
  reader: ReadsPeople,
  repository: Repository,
  { number, comments, pull_request }: { number: number; comments: number; pull_request?: unknown },
): Promise<Remark[]> {
  const { rest } = reader.clients(repository, 'facts');
  const path = { ...repositoryPath(repository), issue_number: number, per_page: LAST };
  const last = Math.max(1, Math.ceil(comments / LAST));
  const pages = comments === 0 ? [] : last > 1 ? [last - 1, last] : [last];
  const read = await Promise.all(pages.map(page => rest.issues.listComments({ ...path, page })));
  const on = pull_request ? `pull request #${number}` : `issue #${number}`;
  const said = read.flatMap(({ data }) =>
    data.map(({ user, body, created_at: at }) => ({ user, body, at, on })),
  );
  return asRemarks(reader, repository, said);
}

/** All that was said on a pull request: in its conversation, in reviews, on its lines. */
export async function readDiscussion(
  reader: ReadsPeople,
  repository: Repository,
  number: number,
): Promise<Remark[]> {
  const { rest, paginate } = reader.clients(repository, 'facts');
  const path = repositoryPath(repository);
  const pull = { ...path, pull_number: number };
  const [issue, reviews, lines] = await Promise.all([
    rest.issues.get({ ...path, issue_number: number }),
    // Reviews come oldest first, and can't be asked for in another order.
    paginate(rest.pulls.listReviews, { ...pull, per_page: 100 }),
    rest.pulls.listReviewComments({ ...pull, sort: 'created', direction: 'desc', per_page: LAST }),
  ]);
  const inReviews = reviews.map(({ user, body, submitted_at: at = '' }) => ({
    user,
    body,
    at,
    on: `pull request #${number}, in a review`,
  }));
  const onLines = lines.data.map(({ user, body, created_at: at, path: file, line }) => ({
    user,
    body,
    at,
    on: `pull request #${number}, at ${file}${line ? `:${line}` : ''}`,
  }));
  const remarks = await Promise.all([
    readRemarks(reader, repository, issue.data),
    asRemarks(reader, repository, inReviews),
    asRemarks(reader, repository, onLines),
  ]);
  return remarks.flat().sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const asRemarks = (
  { app, personOf }: ReadsPeople,
  repository: Repository,
  said: Raw[],
): Promise<Remark[]> =>
  Promise.all(
    said
      .filter(({ user, body }) => user?.id !== app.botUserId && body?.trim())
      .slice(-LAST)
      .map(async ({ user, body, at, on }) => ({
        by: user ? { id: user.id, ...(await personOf(repository, user)) } : null,
        body: body ?? '',
        at,
        on,
      })),
  );
