/**
 * What people said on an issue or a pull request, with the role of everyone who did. Our own words are
 * no input, nor is what was hidden on GitHub.
 */
import type { Repository } from '../../../core/actor.ts';
import type { Remark } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { newestReviews } from '../newest-reviews.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { hiddenAmong } from './hidden.ts';
import { newestOf } from './newest-of.ts';
import type { PersonOf } from './role.ts';
import { readSpeakers } from './speakers.ts';

export type ReadsPeople = { clients: Clients; app: AppIdentity; personOf: PersonOf };

type Raw = {
  node_id: string;
  user: { id: number; login: string } | null | undefined;
  association: string;
  body: string | null | undefined;
  at: string;
  on: string;
};

/** What was said of one kind, with how much came before it that was not read. */
type Kind = { said: Raw[]; before: number };

/** How many of each kind are kept. */
const LAST = 50;
/** How many are asked for at once: GitHub gives no more. */
const PAGE = 100;
/** Of as many comments on lines each. */
const MOST_PAGES = 10;

type CommentedIssue = { comments: number; pull_request?: unknown };

/** The comments below an issue, or in the conversation of a pull request, in order. */
export async function readRemarks(
  reader: ReadsPeople,
  repository: Repository,
  number: number,
  issue: Promise<CommentedIssue>,
): Promise<Remark[]> {
  return asRemarks(reader, repository, [await commentsOn(reader, repository, number, issue)]);
}

/** `issue` is on its way: most have one page of comments, which is asked for meanwhile. */
async function commentsOn(
  { clients }: ReadsPeople,
  repository: Repository,
  number: number,
  issue: Promise<CommentedIssue>,
): Promise<Kind> {
  const { rest } = clients(repository, 'facts');
  const path = { ...repositoryPath(repository), issue_number: number, per_page: PAGE };
  const pageOf = async (page: number) => (await rest.issues.listComments({ ...path, page })).data;
  const [first, { comments, pull_request }] = await Promise.all([pageOf(1), issue]);
  const last = Math.ceil(comments / PAGE);
  const pages = last > 1 ? [last - 1, last] : [1];
  const read = (await Promise.all(pages.map(page => (page === 1 ? first : pageOf(page))))).flat();
  const on = pull_request ? `pull request #${number}` : `issue #${number}`;
  return {
    said: read.map(({ node_id, user, author_association: association, body, created_at: at }) => ({
      node_id,
      user,
      association,
      body,
      at,
      on,
    })),
    before: Math.max(0, comments - read.length),
  };
}

/** All that was said on a pull request: in its conversation, in reviews, on its lines. */
export async function readDiscussion(
  reader: ReadsPeople,
  repository: Repository,
  number: number,
): Promise<Remark[]> {
  const { rest } = reader.clients(repository, 'facts');
  const pull = { ...repositoryPath(repository), pull_number: number };
  const counted = rest.pulls.get(pull).then(({ data }) => ({ ...data, pull_request: true }));
  const [comments, reviews, lines, { review_comments }] = await Promise.all([
    commentsOn(reader, repository, number, counted),
    lastReviews(reader, repository, number),
    newestOnLines(reader, repository, number),
    counted,
  ]);
  const onLines = lines.map(({ path: file, line, ...comment }) => ({
    node_id: comment.node_id,
    user: comment.user,
    association: comment.author_association,
    body: comment.body,
    at: comment.created_at,
    on: `pull request #${number}, at ${file}${line ? `:${line}` : ''}`,
  }));
  const remarks = await asRemarks(reader, repository, [
    comments,
    reviews,
    { said: onLines, before: Math.max(0, review_comments - lines.length) },
  ]);
  return remarks.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** One page has enough with words by others mostly; a review of lines has none of its own. */
const MOST_REVIEW_PAGES = 3;

async function lastReviews(
  { clients, app }: ReadsPeople,
  repository: Repository,
  pull_number: number,
): Promise<Kind> {
  const { rest } = clients(repository, 'facts');
  const at = { ...repositoryPath(repository), pull_number };
  const found: Kind = { said: [], before: 0 };
  let others = 0;
  for await (const { reviews, before } of newestReviews(rest, at, MOST_REVIEW_PAGES)) {
    found.before = before;
    found.said.unshift(
      ...reviews.map(review => ({
        node_id: review.node_id,
        user: review.user,
        association: review.author_association,
        body: review.body,
        at: review.submitted_at ?? '',
        on: `pull request #${pull_number}, in a review`,
      })),
    );
    others += reviews.filter(({ user, body }) => user?.id !== app.botUserId && body?.trim()).length;
    if (others >= LAST) break;
  }
  return found;
}

/** In order, until enough of them are by others: our answers stand among them. */
async function newestOnLines(
  { clients, app }: ReadsPeople,
  repository: Repository,
  pull_number: number,
) {
  const { rest } = clients(repository, 'facts');
  const newest = { sort: 'created', direction: 'desc', per_page: PAGE } as const;
  const at = { ...repositoryPath(repository), pull_number, ...newest };
  const found = [];
  for (let page = 1, others = 0; others < LAST && page <= MOST_PAGES; page += 1) {
    const { data } = await rest.pulls.listReviewComments({ ...at, page });
    found.push(...data);
    others += data.filter(({ user }) => user?.id !== app.botUserId).length;
    if (data.length < PAGE) break;
  }
  return found.reverse();
}

/** The last of each kind; the first of these says how many came before it. */
async function asRemarks(
  { clients, app, personOf }: ReadsPeople,
  repository: Repository,
  kinds: Kind[],
): Promise<Remark[]> {
  const last = kinds.map(({ said, before }) => {
    const ofOthers = said.filter(({ user, body }) => user?.id !== app.botUserId && body?.trim());
    const kept = newestOf(ofOthers, LAST);
    return { kept, before: before + ofOthers.length - kept.length };
  });
  const ids = last.flatMap(({ kept }) => kept.map(({ node_id }) => node_id));
  const hidden = await hiddenAmong(clients, repository, ids);
  const shown = last.flatMap(({ kept, before }) =>
    kept
      .filter(({ node_id }) => !hidden.has(node_id))
      .map((raw, index) => ({ raw, before: index === 0 ? before : 0 })),
  );
  const speakers = await readSpeakers(
    personOf,
    repository,
    shown.map(({ raw }) => raw),
  );
  return shown.map(({ raw: { user, body, at, on }, before }) => {
    const speaker = user && speakers.get(user.id);
    return {
      by: user && speaker ? { id: user.id, ...speaker } : null,
      body: body ?? '',
      at,
      on,
      ...(before > 0 && { before }),
    };
  });
}
