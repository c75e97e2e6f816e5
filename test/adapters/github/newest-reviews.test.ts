/** However many reviews a pull request has, only the newest ones are read for an agent. */
import { expect, it } from 'vitest';
import type { Clients } from '../../../src/adapters/github/client/client.ts';
import { type ReadsPeople, readDiscussion } from '../../../src/adapters/github/facts/remarks.ts';

const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };
const APP = { id: 5, slug: 'gatehouse', botUserId: 99 };

type Review = { by?: number; body: string };

/** Reads the discussion of a pull request with these reviews, oldest first. */
async function discussionOf(reviews: Review[]) {
  const pages: number[] = [];
  const rest = {
    issues: { listComments: async () => ({ data: [] }) },
    pulls: {
      get: async () => ({ data: { comments: 0, review_comments: 0 } }),
      listReviewComments: async () => ({ data: [] }),
      async listReviews({ page, per_page }: { page: number; per_page: number }) {
        pages.push(page);
        const last = Math.ceil(reviews.length / per_page);
        const at = `https://api.github.example/reviews?per_page=${per_page}`;
        const link =
          page < last
            ? `<${at}&page=${page + 1}>; rel="next", <${at}&page=${last}>; rel="last"`
            : '';
        const data = reviews
          .map(({ by = 11, body }, index) => ({
            node_id: `PRR_${index}`,
            user: { id: by, login: `user-${by}`, type: 'User' },
            author_association: 'NONE',
            body,
            submitted_at: new Date(index * 1_000).toISOString(),
          }))
          .slice((page - 1) * per_page, page * per_page);
        return { data, headers: link ? { link } : {} };
      },
    },
  };
  const reader = {
    clients: (() => ({
      rest,
      graphqlInPart: async () => ({ nodes: [] }),
    })) as unknown as Clients,
    app: APP,
    personOf: async (_: unknown, { id }: { id: number }) => ({ login: `user-${id}`, role: 'read' }),
  };
  const remarks = await readDiscussion(reader as unknown as ReadsPeople, REPOSITORY, 2);
  return { bodies: remarks.map(({ body }) => body), before: remarks[0]?.before, pages };
}

const many = (count: number, body: (n: number) => string): Review[] =>
  Array.from({ length: count }, (_, n) => ({ body: body(n) }));

it('reads the last page of a thousand reviews, and says how many came before', async () => {
  const { bodies, before, pages } = await discussionOf(many(1_030, n => `review ${n}`));
  expect(bodies).toEqual(Array.from({ length: 50 }, (_, n) => `review ${980 + n}`));
  expect(before).toBe(980);
  expect(pages).toEqual([1, 11, 10]);
});

it('goes back for words, and no further than three pages', async () => {
  const said = await discussionOf([...many(100, n => `said ${n}`), ...many(150, () => '')]);
  expect(said.bodies.at(-1)).toBe('said 99');
  expect(said.pages).toEqual([1, 3, 2]);
  const silent = await discussionOf([{ body: 'long ago' }, ...many(900, () => '')]);
  expect(silent.bodies).toEqual([]);
  expect(silent.pages).toEqual([1, 10, 9, 8]);
});

it('reads all of a few at once', async () => {
  const { bodies, before, pages } = await discussionOf([
    { body: 'first' },
    { by: APP.botUserId, body: 'ours' },
    { body: 'last' },
  ]);
  expect(bodies).toEqual(['first', 'last']);
  expect(before).toBeUndefined();
  expect(pages).toEqual([1]);
});
