import { describe, expect, it } from 'vitest';
import type { Client } from '../../../../src/adapters/github/client/client.ts';
import { readContributors } from '../../../../src/adapters/github/facts/contributors.ts';
import { takeSnapshot } from '../../../../src/adapters/github/snapshot/snapshot.ts';
import { GitHubFailure } from '../../../../src/engine/ports/github.ts';

const APP = { id: 5, slug: 'gatehouse', botUserId: 99 };
const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };
const HEAD = 'a'.repeat(40);
const OWN = {
  account: { id: 99, login: 'gatehouse[bot]', type: 'Bot' as const },
  email: '99+gatehouse[bot]@users.noreply.github.com',
};

const page = <T>(nodes: T[], end: string | null = null) => ({
  nodes,
  pageInfo: { hasNextPage: end !== null, endCursor: end, hasPreviousPage: false },
});
const person = (email: string, user: object | null = null) => ({ name: 'Somebody', email, user });
const commit = (oid: string, author: object = person('mia@example.com', MIA)) => ({
  commit: { oid, author, committer: author, authors: page([author]) },
});
const MIA = { databaseId: 11, login: 'mia' };
const review = (id: number, more: object = {}) => ({
  fullDatabaseId: String(id),
  state: 'APPROVED',
  submittedAt: '2026-01-01T00:00:00Z',
  authorCanPushToRepository: true,
  commit: { oid: HEAD },
  author: { __typename: 'User', ...MIA },
  ...more,
});
const run = (id: number, name: string, conclusion: string, suite = 1) => ({
  __typename: 'CheckRun',
  databaseId: id,
  name,
  status: 'COMPLETED',
  conclusion,
  completedAt: '2026-01-01T00:00:00Z',
  checkSuite: { databaseId: suite, app: { databaseId: 15, slug: 'ci' } },
});
const pull = (more: object = {}) => ({
  id: 'PR_1',
  state: 'OPEN',
  merged: false,
  title: 'It adds',
  isDraft: false,
  locked: false,
  mergeable: 'MERGEABLE',
  mergeCommit: null,
  mergedBy: null,
  headRefName: 'topic',
  headRefOid: HEAD,
  headRepository: { databaseId: 42 },
  baseRefName: 'main',
  baseRefOid: 'b'.repeat(40),
  baseRef: null,
  author: { __typename: 'User', ...MIA },
  reviewRequests: page([]),
  commits: { totalCount: 1, ...page([commit(HEAD)]) },
  reviews: page([]),
  statusCheckRollup: null,
  ...more,
});

/** A GitHub that gives these answers in turn. */
function answering(...pulls: object[]): { client: Client; asked: Record<string, unknown>[] } {
  const asked: Record<string, unknown>[] = [];
  const client = {
    async graphql(_query: string, variables: Record<string, unknown>) {
      const pullRequest = pulls[asked.length];
      asked.push(variables);
      return {
        repository: {
          databaseId: 42,
          isArchived: false,
          owner: { login: 'acme' },
          pullRequest,
        },
      };
    },
  };
  return { client: client as unknown as Client, asked };
}

const take = (client: Client) => takeSnapshot(client, APP, REPOSITORY, 2);

describe('a snapshot', () => {
  it('is read to the last page of every list, each from where it ended', async () => {
    const { client, asked } = answering(
      pull({
        commits: { totalCount: 2, ...page([commit('1')], 'c1') },
        reviews: page([review(1)]),
        statusCheckRollup: { contexts: page([run(1, 'build', 'SUCCESS')], 'x1') },
      }),
      pull({
        commits: { totalCount: 2, ...page([commit('2')]) },
        reviews: page([review(1)]),
        statusCheckRollup: { contexts: page([run(2, 'test', 'FAILURE')]) },
      }),
    );
    const found = await take(client);
    expect(asked[1]).toMatchObject({ commits: 'c1', contexts: 'x1' });
    expect(found.complete).toBe(true);
    expect(found.commits.map(({ oid }) => oid)).toEqual(['1', '2']);
    expect(found.reviews).toHaveLength(1);
    expect(found.checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'build green',
      'test failing',
    ]);
  });

  it('with words and kinds that are new to us is read all the same, and none of them is taken for good', async () => {
    const odd = pull({
      state: 'SIMMERING',
      mergeable: 'PERHAPS',
      author: { __typename: 'Robot', login: 'r2', databaseId: 3 },
      reviews: page([review(1, { state: 'BLESSED' })]),
      statusCheckRollup: {
        contexts: page<object>([
          { __typename: 'Oracle', saying: 'yes' },
          { ...run(1, 'build', 'SHRUGGED'), status: 'COMPLETED' },
          { ...run(2, 'lint', 'SUCCESS'), status: 'PONDERING' },
          { __typename: 'StatusContext', context: 'ci', state: 'MAYBE', createdAt: '' },
        ]),
      },
    });
    const { client } = answering(odd);
    const rest = { pulls: { get: async () => ({ data: { mergeable_state: 'dirty' } }) } };
    const found = await take(Object.assign(client, { rest }));
    expect(found).toMatchObject({ state: 'open', conflicts: true, author: { type: 'Bot' } });
    expect(found.reviews).toMatchObject([{ state: 'CHANGES_REQUESTED' }]);
    expect(found.checks.map(({ name, state }) => `${name}: ${state}`).sort()).toEqual([
      'a report of a kind that Gatehouse does not know: pending',
      'build: failing',
      'ci: failing',
      'lint: pending',
    ]);
  });

  it.each([
    ['head', { headRefOid: 'c'.repeat(40) }],
    ['base', { baseRefName: 'next' }],
  ])('of a %s that moved between two pages is none', async (_what, moved) => {
    const first = pull({ commits: { totalCount: 2, ...page([commit('1')], 'c1') } });
    const { client } = answering(first, pull(moved));
    await expect(take(client)).rejects.toMatchObject({ class: 'transport', lasting: false });
  });

  it.each([
    ['commits', { commits: { totalCount: 3, ...page([commit('1')]) } }],
    [
      'authors of a commit',
      {
        commits: {
          totalCount: 1,
          ...page([
            {
              commit: {
                ...commit('1').commit,
                authors: page([person('x@example.com')], 'more'),
              },
            },
          ]),
        },
      },
    ],
    ['people who are asked', { reviewRequests: page([{ requestedReviewer: null }], 'more') }],
  ])('without all %s is not complete', async (_what, less) => {
    expect((await take(answering(pull(less)).client)).complete).toBe(false);
  });

  it('with more pages than are read is not complete, and checks that are not read are pending', async () => {
    const endless = Array.from({ length: 20 }, () =>
      pull({ commits: { totalCount: 2_000, ...page([commit('1')], 'c') } }),
    );
    const { client, asked } = answering(...endless);
    expect((await take(client)).complete).toBe(false);
    expect(asked).toHaveLength(10);
    const contexts = page([run(1, 'build', 'SUCCESS')], 'x');
    const checks = Array.from({ length: 20 }, (_, at) =>
      pull({
        commits: { totalCount: 1, ...page(at === 0 ? [commit(HEAD)] : []) },
        statusCheckRollup: { contexts },
      }),
    );
    const found = await take(answering(...checks).client);
    expect(found.complete).toBe(true);
    expect(found.checks.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'build: green',
      'more checks than the 1000 that are read: pending',
    ]);
  });

  it.each([
    ['lacks a part', { reviews: null }],
    ['has a part that was refused', { statusCheckRollup: { contexts: page([null]) } }],
  ])('that %s is none', async (_what, odd) => {
    await expect(take(answering(pull(odd)).client)).rejects.toThrow();
  });

  it('counts the last run of a name in each suite, and statuses', async () => {
    const contexts = page([
      run(3, 'build', 'SUCCESS'),
      run(2, 'build', 'FAILURE'),
      run(4, 'build', 'FAILURE', 2),
      { __typename: 'StatusContext', context: 'ci', state: 'EXPECTED', createdAt: '' },
    ]);
    const { checks } = await take(answering(pull({ statusCheckRollup: { contexts } })).client);
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'build green',
      'build failing',
      'ci pending',
    ]);
  });

  it.each([
    ['the same workflow', { workflow_id: 9, event: 'pull_request' }, ['build green']],
    [
      'another workflow',
      { workflow_id: 8, event: 'pull_request' },
      ['build failing', 'build green'],
    ],
    ['another event', { workflow_id: 9, event: 'push' }, ['build failing', 'build green']],
    ['a workflow that GitHub does not name', null, ['build failing', 'build green']],
    ['workflows that may not be read', 'refused', ['build failing', 'build green']],
  ])('a later run of the same name in a suite of %s', async (_, later, expected) => {
    const contexts = page([run(3, 'build', 'FAILURE', 1), run(4, 'build', 'SUCCESS', 2)]);
    const { client } = answering(pull({ statusCheckRollup: { contexts } }));
    const workflow_runs = [
      { check_suite_id: 1, workflow_id: 9, event: 'pull_request' },
      ...(later === null || later === 'refused' ? [] : [{ check_suite_id: 2, ...Object(later) }]),
    ];
    const listWorkflowRunsForRepo = {};
    const paginate = async (listed: object, asked: object) => {
      expect(listed).toBe(listWorkflowRunsForRepo);
      expect(asked).toMatchObject({ owner: 'acme', repo: 'library', head_sha: HEAD });
      if (later === 'refused') throw new GitHubFailure('forbidden', 'Not for you.', 403);
      return workflow_runs;
    };
    const rest = { actions: { listWorkflowRunsForRepo } };
    const { checks } = await take(Object.assign(client, { rest, paginate }));
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual(expected);
  });

  it.each<[string, string | null, boolean]>([
    ['went on', 'ahead', false],
    ['was set back', 'behind', true],
    ['was rewritten', 'diverged', true],
    ['was rewritten, and GitHub forgot what was', null, true],
  ])('is compared with the tip where the base %s: %s', async (how, status, isStale) => {
    const tip = `the tip that ${how}`;
    const baseRef = { target: { oid: tip, statusCheckRollup: null } };
    const { client } = answering(pull({ baseRef }));
    const noted = 'b'.repeat(40);
    const compareCommitsWithBasehead = async (asked: object) => {
      expect(asked).toMatchObject({ basehead: `${noted}...${tip}` });
      if (status === null) throw new GitHubFailure('not_found', 'Not Found', 404);
      return { data: { status } };
    };
    const rest = { repos: { compareCommitsWithBasehead } };
    const { base } = await take(Object.assign(client, { rest }));
    expect(base).toEqual({ ref: 'main', sha: isStale ? tip : noted });
  });

  it('knows accounts by their kind and id: only people approve', async () => {
    const by = (author: object | null) => review(1, { author });
    const reviews = page([
      by({ __typename: 'User', ...MIA }),
      by({ __typename: 'Bot', login: 'mia', databaseId: 12 }),
      by({ __typename: 'EnterpriseUserAccount', login: 'mia_acme', user: MIA }),
      by({ __typename: 'Ghost', login: 'new', databaseId: 13 }),
      by(null),
    ]);
    const found = await take(answering(pull({ reviews })).client);
    expect(found.reviews.map(({ by: account }) => account)).toEqual([
      { id: 11, login: 'mia', type: 'User' },
      { id: 12, login: 'mia[bot]', type: 'Bot' },
      { id: 11, login: 'mia', type: 'User' },
      { id: 13, login: 'new[bot]', type: 'Bot' },
      null,
    ]);
  });
});

describe('whose account an author is', () => {
  const contributors = async (email: string, byRest: object[]) => {
    const octokit = { paginate: async () => byRest, rest: { pulls: {} } } as unknown as Client;
    const { commits } = await take(
      answering(pull({ commits: { totalCount: 1, ...page([commit('1', person(email))]) } })).client,
    );
    const read = await readContributors({ octokit, repository: REPOSITORY, own: OWN }, 2, commits);
    return read.map(({ account }) => account?.login ?? null);
  };

  it.each([
    ['our own', OWN.email, [], ['gatehouse[bot]', 'gatehouse[bot]']],
    [
      'GitHub’s',
      'noreply@github.com',
      [{ sha: '1', author: null, committer: { id: 19, login: 'web-flow', type: 'User' } }],
      [null, 'web-flow'],
    ],
    [
      'nobody’s, though it looks like an App’s',
      '98+other[bot]@users.noreply.github.com',
      [{ sha: '1', author: null, committer: null }],
      [null, null],
    ],
    [
      'nobody’s, though it looks like ours',
      '99+gatehouse[bot]@users.noreply.example.com',
      [{ sha: '1', author: null, committer: null }],
      [null, null],
    ],
  ])('is %s where GraphQL names nobody', async (_whose, email, byRest, logins) => {
    expect(await contributors(email, byRest)).toEqual(logins);
  });

  it('is unknown where REST does not list the commit', async () => {
    await expect(contributors('x@example.com', [{ sha: '2' }])).rejects.toThrow('did not list');
  });
});
