import { graphql } from '@octokit/graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
});
afterEach(() => environment.close());

// biome-ignore lint/suspicious/noExplicitAny: each test knows the query it sent
async function ask(query: string, variables: object, user?: { token: string }): Promise<any> {
  const { token } =
    user ?? ((await environment.octokit.auth({ type: 'installation' })) as { token: string });
  return graphql(query, {
    ...variables,
    baseUrl: `${environment.github.url}/api`,
    headers: { authorization: `token ${token}` },
  });
}

test('a pull request with its commits and who wrote them', async () => {
  const { number, sha } = await environment.openPull();
  const { repository } = await ask(
    `query ($owner: String!, $name: String!, $number: Int!) {
      repository(owner: $owner, name: $name) { pullRequest(number: $number) {
        id number headRefOid baseRefOid baseRefName isDraft mergeStateStatus mergeable reviewDecision
        reviews(first: 10) { nodes { state author { login } commit { oid } } }
        commits(first: 100) { totalCount nodes { commit {
          oid author { user { databaseId login } } committer { name } authors(first: 10) { nodes { email } }
        } } }
      } }
    }`,
    { owner: 'acme', name: 'library', number },
  );
  expect(repository.pullRequest).toMatchObject({
    number,
    headRefOid: sha,
    mergeStateStatus: 'CLEAN',
    mergeable: 'MERGEABLE',
    reviewDecision: null,
    commits: {
      totalCount: 1,
      nodes: [
        {
          commit: { oid: sha, author: { user: { login: 'bob', databaseId: environment.bob.id } } },
        },
      ],
    },
  });
});

test("REST's node_id is GraphQL's id, and drafts come and go", async () => {
  const { number } = await environment.openPull();
  const { data } = await environment.octokit.rest.pulls.get({
    ...environment.at,
    pull_number: number,
  });
  const mutate = (name: string) =>
    ask(
      `mutation ($id: ID!) { ${name}(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`,
      { id: data.node_id },
    );
  expect(await mutate('convertPullRequestToDraft')).toMatchObject({
    convertPullRequestToDraft: { pullRequest: { isDraft: true } },
  });
  await mutate('markPullRequestReadyForReview');
  await environment.github.idle();
  expect(environment.receiver.names().filter(name => /draft|ready/.test(name))).toEqual([
    'pull_request.converted_to_draft',
    'pull_request.ready_for_review',
  ]);
});

test('an outdated comment is minimized', async () => {
  const { data: issue } = await environment.octokit.rest.issues.create({
    ...environment.at,
    title: 'x',
  });
  const { data } = await environment.octokit.rest.issues.createComment({
    ...environment.at,
    issue_number: issue.number,
    body: 'Old news.',
  });
  const minimize = `mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) {
    minimizedComment { isMinimized minimizedReason } } }`;
  expect(await ask(minimize, { id: data.node_id })).toEqual({
    minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: 'outdated' } },
  });
  const { node } = await ask(
    'query ($id: ID!) { node(id: $id) { ... on IssueComment { isMinimized body } } }',
    { id: data.node_id },
  );
  expect(node).toEqual({ isMinimized: true, body: 'Old news.' });
});

const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid signature { isValid } } } }`;

function commitInput(expectedHeadOid: string, path = 'src/new.js') {
  return {
    branch: { repositoryNameWithOwner: 'acme/library', branchName: 'topic' },
    message: { headline: 'By the API', body: 'Co-authored-by: bob <bob@example.com>' },
    expectedHeadOid,
    fileChanges: {
      additions: [{ path, contents: Buffer.from('new\n').toString('base64') }],
      deletions: [{ path: 'README.md' }],
    },
  };
}

test('a commit by the API is signed and follows the head that is expected', async () => {
  const { at, octokit, github } = environment;
  const { data: main } = await octokit.rest.git.getRef({ ...at, ref: 'heads/main' });
  await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/topic', sha: main.object.sha });
  const { createCommitOnBranch } = await ask(COMMIT, { input: commitInput(main.object.sha) });
  expect(createCommitOnBranch.commit.signature).toEqual({ isValid: true });
  const { data } = await octokit.rest.repos.getCommit({
    ...at,
    ref: createCommitOnBranch.commit.oid,
  });
  expect(data).toMatchObject({
    author: { login: 'helper[bot]' },
    commit: { verification: { verified: true } },
  });
  expect(data.files?.map(file => [file.status, file.filename])).toEqual([
    ['removed', 'README.md'],
    ['added', 'src/new.js'],
  ]);
  await expect(ask(COMMIT, { input: commitInput(main.object.sha) })).rejects.toThrow(
    /Expected branch to point to/,
  );
  const workflow = commitInput(createCommitOnBranch.commit.oid, '.github/workflows/ci.yml');
  const input = { ...workflow, fileChanges: { ...workflow.fileChanges, deletions: [] } };
  await expect(ask(COMMIT, { input })).rejects.toThrow(/Resource not accessible/);
  await github.idle();
});

const AUTO_MERGE = `mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH }) {
  pullRequest { autoMergeRequest { mergeMethod } } } }`;

test('auto-merge waits for what is missing, and is refused where nothing is', async () => {
  const { github, repository, octokit, at, alice } = environment;
  const { number, sha } = await environment.openPull();
  const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
  await expect(ask(AUTO_MERGE, { id: data.node_id })).rejects.toThrow(/not allowed for this repo/);
  github.allowAutoMerge(repository);
  await expect(ask(AUTO_MERGE, { id: data.node_id })).rejects.toThrow(/clean status/);
  github.protectBranch(repository, 'main', {
    requiredReviews: 1,
    requiredChecks: [{ context: 'test' }],
  });
  await ask(AUTO_MERGE, { id: data.node_id });
  await environment
    .as(alice)
    .rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
  expect((await octokit.rest.pulls.get({ ...at, pull_number: number })).data).toMatchObject({
    merged: false,
    auto_merge: { merge_method: 'squash' },
  });
  await github.reportCheckRun(repository, { name: 'test', headSha: sha, conclusion: 'success' });
  expect((await octokit.rest.pulls.get({ ...at, pull_number: number })).data.merged).toBe(true);
  await github.idle();
  expect(environment.receiver.names()).toContain('pull_request.auto_merge_enabled');
});

test("a query that GitHub's schema does not know is a departure", async () => {
  await expect(ask('{ repository(owner: "acme", name: "library") { wings } }', {})).rejects.toThrow(
    /Cannot query field "wings"/,
  );
  await expect(ask('query ($id: ID!) { node(id: $id) { id } }', { id: null })).rejects.toThrow();
  expect(environment.github.takeViolations().map(({ where }) => where)).toEqual([
    'graphql',
    'graphql',
  ]);
});

test('what the actor may not see is not there', async () => {
  const stranger = environment.github.createUser('mallory');
  const query = '{ repository(owner: "acme", name: "library") { id } }';
  await expect(ask(query, {}, stranger)).rejects.toThrow(/Could not resolve to a Repository/);
});
