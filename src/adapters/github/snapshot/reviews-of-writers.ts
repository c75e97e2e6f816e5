/** Who of those with write access has reviewed a pull request, and all that each of them has said. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Client } from '../client/client.ts';
import { accountOf } from './account.ts';
import {
  ACCOUNT,
  AnsweredActor,
  AnsweredReview,
  DECISIVE,
  Page,
  REVIEW,
  type SnapshotActor,
  type SnapshotReview,
} from './query.ts';

/** `head`: of the snapshot that these belong to. */
export type Reviewers = { client: Client; repository: Repository; number: number; head: string };

/** Pages of people, and of the reviews of one of them. */
const MOST_PAGES = 10;
/** People whose reviews are asked for at once. */
const AT_ONCE = 20;

/**
 * GitHub's latest opinions leave out whoever's latest one was dismissed, and an earlier one may still stop
 * the merge: so the people of dismissed reviews are read as well, which nobody without write access can dismiss.
 */
const WRITERS = `query ($owner: String!, $name: String!, $number: Int!, $opinions: String, $dismissed: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      opinions: latestOpinionatedReviews(first: 100, after: $opinions, writersOnly: true) {
        pageInfo { hasNextPage endCursor } nodes { author { ${ACCOUNT} } }
      }
      dismissed: reviews(first: 100, after: $dismissed, states: [DISMISSED]) {
        pageInfo { hasNextPage endCursor } nodes { authorCanPushToRepository author { ${ACCOUNT} } }
      }
    }
  }
}`;

const Opinion = z.looseObject({
  authorCanPushToRepository: z.boolean().default(true),
  author: AnsweredActor.nullable(),
});
const Opinions = z.looseObject({ pageInfo: Page, nodes: z.array(Opinion) });
const OfWriters = z.looseObject({ opinions: Opinions, dismissed: Opinions });

/** The logins of people: what machines say counts for nothing. */
export async function readWritersWhoReviewed(
  of: Reviewers,
): Promise<{ logins: string[]; areWhole: boolean }> {
  const logins = new Set<string>();
  let after: { opinions: string | null; dismissed: string | null } = {
    opinions: null,
    dismissed: null,
  };
  for (let page = 1; ; page += 1) {
    const { opinions, dismissed } = await ask(of, { query: WRITERS, variables: after }, OfWriters);
    for (const { author, authorCanPushToRepository } of [...opinions.nodes, ...dismissed.nodes])
      if (authorCanPushToRepository) for (const login of loginsOf(author)) logins.add(login);
    const isMore = opinions.pageInfo.hasNextPage || dismissed.pageInfo.hasNextPage;
    if (!isMore || page === MOST_PAGES) return { logins: [...logins], areWhole: !isMore };
    // A list that has ended stays at its end.
    after = {
      opinions: opinions.pageInfo.endCursor ?? after.opinions,
      dismissed: dismissed.pageInfo.endCursor ?? after.dismissed,
    };
  }
}

function loginsOf(author: SnapshotActor): string[] {
  const account = accountOf(author);
  return account?.type === 'User' ? [account.login] : [];
}

/** All their decisive reviews. */
export async function readReviewsBy(
  of: Reviewers,
  logins: readonly string[],
): Promise<{ nodes: SnapshotReview[]; areWhole: boolean }> {
  const nodes: SnapshotReview[] = [];
  let left = logins.map((login): Author => ({ login, after: null, page: 1 }));
  while (left.length > 0) {
    const asked = left.slice(0, AT_ONCE);
    const answered = await ask(of, reviewsBy(asked), z.looseObject({}).catchall(z.unknown()));
    const further: Author[] = [];
    for (const [index, { login, page }] of asked.entries()) {
      const given = Given.parse(answered[`by${index}`]);
      nodes.push(...given.nodes);
      const { hasNextPage, endCursor } = given.pageInfo;
      if (!hasNextPage) continue;
      if (page === MOST_PAGES) return { nodes, areWhole: false };
      further.push({ login, after: endCursor ?? null, page: page + 1 });
    }
    left = [...further, ...left.slice(AT_ONCE)];
  }
  return { nodes, areWhole: true };
}

type Author = { login: string; after: string | null; page: number };

const Given = z.looseObject({ pageInfo: Page, nodes: z.array(AnsweredReview) });

function reviewsBy(authors: readonly Author[]): ReviewQuery {
  const lists = authors.map(
    (_, index) =>
      `by${index}: reviews(first: 100, after: $after${index}, author: $login${index}, states: ${DECISIVE}) {
        pageInfo { hasNextPage endCursor } nodes { ${REVIEW} }
      }`,
  );
  const declared = authors.map((_, index) => `$login${index}: String!, $after${index}: String`);
  return {
    query: `query ($owner: String!, $name: String!, $number: Int!, ${declared.join(', ')}) {
      repository(owner: $owner, name: $name) {
        pullRequest(number: $number) { headRefOid ${lists.join('\n')} }
      }
    }`,
    variables: Object.fromEntries(
      authors.flatMap(({ login, after }, index) => [
        [`login${index}`, login],
        [`after${index}`, after],
      ]),
    ),
  };
}

type ReviewQuery = { query: string; variables: Record<string, unknown> };

async function ask<T>(
  { client, repository, number, head }: Reviewers,
  { query, variables }: ReviewQuery,
  form: z.ZodType<T>,
): Promise<T> {
  const { owner, name } = repository;
  const answer = await client.graphql(query, { owner, name, number, ...variables });
  const { pullRequest } = Answer.parse(answer).repository;
  if (pullRequest.headRefOid !== head)
    throw new GitHubFailure('transport', `#${number} changed while it was read.`, null);
  return form.parse(pullRequest);
}

const Answer = z.looseObject({
  repository: z.looseObject({ pullRequest: z.looseObject({ headRefOid: z.string() }) }),
});
