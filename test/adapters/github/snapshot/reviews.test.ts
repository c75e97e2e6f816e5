/** However many reviews strangers write, those of people who may approve are all read, by few queries. */
import { describe, expect, it } from 'vitest';
import type { Client } from '../../../../src/adapters/github/client/client.ts';
import type { SnapshotPull } from '../../../../src/adapters/github/snapshot/query.ts';
import { readReviews } from '../../../../src/adapters/github/snapshot/reviews.ts';

const HEAD = 'a'.repeat(40);
const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };

type Given = { by: string; state: 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED'; type?: string };
const strangers = (count: number, state: Given['state'] = 'APPROVED'): Given[] =>
  Array.from({ length: count }, (_, n) => ({ by: `stranger-${n}`, state }));

/** A pull request with these reviews, oldest first; who is no stranger has write access. */
function pullWith(...given: Given[]) {
  const ids = [...new Set(given.map(({ by }) => by))];
  const all = given.map(({ by, state, type }, index) => ({
    fullDatabaseId: index + 1,
    state,
    submittedAt: '2026-01-01T00:00:00Z',
    authorCanPushToRepository: !by.startsWith('stranger'),
    commit: { oid: HEAD },
    author: { __typename: type ?? 'User', databaseId: ids.indexOf(by) + 1, login: by },
  }));
  const page = (nodes: typeof all, after: unknown) => {
    const from = Number(after ?? 0);
    const to = from + 100;
    return {
      nodes: nodes.slice(from, to),
      pageInfo: { hasNextPage: to < nodes.length, endCursor: String(to) },
    };
  };
  // GitHub's latest opinion of each, which those whose last one was dismissed don't have.
  const latest = [...new Map(all.map(review => [review.author.login, review])).values()];
  const opinions = latest.filter(
    ({ state, authorCanPushToRepository: writes }) => writes && state !== 'DISMISSED',
  );
  let queries = 0;
  const client = {
    async graphql(query: string, asked: Record<string, unknown>) {
      queries += 1;
      const pullRequest: Record<string, unknown> = { headRefOid: HEAD };
      if (query.includes('writersOnly: true')) {
        pullRequest.opinions = page(opinions, asked.opinions);
        pullRequest.dismissed = page(
          all.filter(({ state }) => state === 'DISMISSED'),
          asked.dismissed,
        );
      }
      for (const [, index] of query.matchAll(/by(\d+):/g))
        pullRequest[`by${index}`] = page(
          all.filter(({ author }) => author.login === asked[`login${index}`]),
          asked[`after${index}`],
        );
      return { repository: { pullRequest } };
    },
  };
  const pull = {
    headRefOid: HEAD,
    reviews: { nodes: all.slice(-100), pageInfo: { hasPreviousPage: all.length > 100 } },
  };
  return {
    async read() {
      const found = await readReviews(
        client as unknown as Client,
        REPOSITORY,
        2,
        pull as unknown as SnapshotPull,
      );
      const by = (id: number | undefined) => ids[(id ?? 0) - 1] ?? '';
      const told = found.reviews.map(({ by: who, state }) => `${by(who?.id)} ${state}`);
      const ofWriters = told.filter(review => !review.startsWith('stranger'));
      return { ...found, told, ofWriters, withoutWrite: found.withoutWrite.map(by), queries };
    },
  };
}

describe('the reviews of a pull request', () => {
  it('are those of everybody where they are few, without another query', async () => {
    const found = await pullWith({ by: 'mia', state: 'APPROVED' }, ...strangers(99)).read();
    expect(found).toMatchObject({ areWhole: true, queries: 0 });
    expect(found.told).toHaveLength(100);
    expect(found.withoutWrite).toHaveLength(99);
  });

  it.each([
    ['approve', 'APPROVED'],
    ['object', 'CHANGES_REQUESTED'],
  ] as const)('are those of people who may write where 2,500 strangers %s', async (_, state) => {
    const found = await pullWith(
      { by: 'mia', state: 'CHANGES_REQUESTED' },
      { by: 'leo', state: 'APPROVED' },
      ...strangers(1_000, state),
      { by: 'mia', state: 'APPROVED' },
      ...strangers(1_500, state),
    ).read();
    expect(found).toMatchObject({ areWhole: true, queries: 2 });
    expect(found.ofWriters).toEqual(['mia CHANGES_REQUESTED', 'leo APPROVED', 'mia APPROVED']);
    expect(found.withoutWrite).not.toContain('mia');
  });

  it('have the objection of somebody whose later approval was dismissed', async () => {
    const found = await pullWith(
      { by: 'mia', state: 'CHANGES_REQUESTED' },
      { by: 'mia', state: 'DISMISSED' },
      ...strangers(1_000),
    ).read();
    expect(found.areWhole).toBe(true);
    expect(found.ofWriters).toEqual(['mia CHANGES_REQUESTED', 'mia DISMISSED']);
  });

  it('have all that one person has said, and each review once', async () => {
    const many = Array.from({ length: 250 }, (): Given => ({ by: 'mia', state: 'APPROVED' }));
    const found = await pullWith({ by: 'mia', state: 'CHANGES_REQUESTED' }, ...many).read();
    expect(found.areWhole).toBe(true);
    expect(found.reviews.map(({ id }) => id)).toEqual(Array.from({ length: 251 }, (_, n) => n + 1));
  });

  it('are read of many people', async () => {
    const people = Array.from(
      { length: 130 },
      (_, n): Given => ({ by: `w${n}`, state: 'APPROVED' }),
    );
    const found = await pullWith(...people, ...strangers(200)).read();
    expect(found.areWhole).toBe(true);
    expect(found.ofWriters).toHaveLength(130);
  });

  it('are not whole where people who may write have given more than are read', async () => {
    const many = Array.from({ length: 1_101 }, (): Given => ({ by: 'mia', state: 'APPROVED' }));
    expect((await pullWith(...many).read()).areWhole).toBe(false);
  });
});
