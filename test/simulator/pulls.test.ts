import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, refused, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
});
afterEach(() => environment.close());

const get = async (pull_number: number) =>
  (await environment.octokit.rest.pulls.get({ ...environment.at, pull_number })).data;

const review = (
  user: { token: string },
  pull_number: number,
  event: 'APPROVE' | 'REQUEST_CHANGES',
) =>
  environment
    .as(user)
    .rest.pulls.createReview({ ...environment.at, pull_number, event, body: 'Because.' });

const merge = (user: { token: string }, pull_number: number, more: object = {}) =>
  environment.as(user).rest.pulls.merge({ ...environment.at, pull_number, ...more });

async function ownCheck(name: string, head_sha: string, conclusion: 'success' | 'failure') {
  return environment.octokit.rest.checks.create({
    ...environment.at,
    name,
    head_sha,
    status: 'completed',
    conclusion,
  });
}

test('nobody approves their own pull request, the bot neither', async () => {
  const { number } = await environment.openPull();
  expect(await refused(review(environment.bob, number, 'APPROVE'))).toMatchObject({
    status: 422,
    message: expect.stringContaining('Can not approve your own pull request'),
  });
  const head = 'by-bot';
  await environment.github.push(environment.repository, {
    branch: head,
    changes: { b: 'b' },
    message: 'b',
    author: environment.bob,
  });
  const { data } = await environment.octokit.rest.pulls.create({
    ...environment.at,
    title: 'b',
    head,
    base: 'main',
  });
  const own = environment.octokit.rest.pulls.createReview({
    ...environment.at,
    pull_number: data.number,
    event: 'APPROVE',
  });
  expect(await refused(own)).toMatchObject({ status: 422 });
  expect((await review(environment.bob, data.number, 'APPROVE')).data.state).toBe('APPROVED');
});

test('one head and base have one open pull request', async () => {
  const { branch } = await environment.openPull();
  const again = environment.octokit.rest.pulls.create({
    ...environment.at,
    title: 'Again',
    head: branch,
    base: 'main',
  });
  expect(await refused(again)).toMatchObject({
    status: 422,
    message: expect.stringContaining('A pull request already exists for acme:'),
  });
  const { data } = await environment.octokit.rest.pulls.list({
    ...environment.at,
    head: `acme:${branch}`,
  });
  expect(data).toHaveLength(1);
});

test('a protected branch wants its reviews and its checks, each from whom it says', async () => {
  const { github, repository, app, alice, bob } = environment;
  github.protectBranch(repository, 'main', {
    requiredReviews: 1,
    requiredChecks: [{ context: 'gate', appId: app.id }],
  });
  const { number, sha } = await environment.openPull();
  expect((await get(number)).mergeable_state).toBe('blocked');
  expect(await refused(merge(bob, number))).toMatchObject({
    status: 405,
    message: expect.stringContaining('approving review is required'),
  });
  await review(alice, number, 'APPROVE');
  await github.reportCheckRun(repository, {
    name: 'gate',
    headSha: sha,
    conclusion: 'success',
    appSlug: 'impostor',
  });
  expect(await refused(merge(bob, number))).toMatchObject({
    status: 405,
    message: expect.stringContaining('"gate" is expected'),
  });
  await ownCheck('gate', sha, 'failure');
  expect(await refused(merge(bob, number))).toMatchObject({
    status: 405,
    message: expect.stringContaining('"gate" is failing'),
  });
  await ownCheck('gate', sha, 'success');
  expect((await get(number)).mergeable_state).toBe('clean');
  expect((await merge(bob, number, { sha })).data.merged).toBe(true);
  expect(await get(number)).toMatchObject({
    merged: true,
    state: 'closed',
    merged_by: { login: 'bob' },
  });
});

test('an approval by someone who may only read does not count', async () => {
  environment.github.protectBranch(environment.repository, 'main', { requiredReviews: 1 });
  const { number } = await environment.openPull();
  await review(environment.carol, number, 'APPROVE');
  expect((await get(number)).mergeable_state).toBe('blocked');
});

test('a push makes an approval stale where the branch is protected so', async () => {
  const { github, repository, alice, bob, receiver } = environment;
  github.protectBranch(repository, 'main', { requiredReviews: 1, dismissStale: true });
  const { number, branch, sha } = await environment.openPull();
  await review(alice, number, 'APPROVE');
  expect((await get(number)).mergeable_state).toBe('clean');
  const next = await github.push(repository, {
    branch,
    changes: { more: 'x' },
    message: 'More',
    author: bob,
  });
  await github.idle();
  expect((await get(number)).mergeable_state).toBe('blocked');
  expect(receiver.last('pull_request_review', 'dismissed').payload.review.state).toBe('dismissed');
  expect(receiver.last('pull_request', 'synchronize').payload).toMatchObject({
    before: sha,
    after: next,
    pull_request: { head: { sha: next } },
  });
});

test('a merge names the head it means', async () => {
  const { number, sha } = await environment.openPull();
  expect(await refused(merge(environment.bob, number, { sha: '0'.repeat(40) }))).toMatchObject({
    status: 409,
  });
  expect((await merge(environment.bob, number, { sha })).status).toBe(200);
});

test('a draft is not merged', async () => {
  await environment.github.push(environment.repository, {
    branch: 'draft',
    changes: { d: 'd' },
    message: 'd',
    author: environment.bob,
  });
  const { data } = await environment.octokit.rest.pulls.create({
    ...environment.at,
    title: 'd',
    head: 'draft',
    base: 'main',
    draft: true,
  });
  expect((await get(data.number)).mergeable_state).toBe('draft');
  expect(await refused(merge(environment.bob, data.number))).toMatchObject({ status: 405 });
});

test('a conflict is dirty and refused', async () => {
  const { number } = await environment.openPull();
  await environment.github.push(environment.repository, {
    branch: 'main',
    changes: { 'src/index.js': 'other\n' },
    message: 'Other',
    author: environment.alice,
  });
  expect(await get(number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  expect(await refused(merge(environment.bob, number))).toMatchObject({ status: 405 });
});

test.each(['merge', 'squash', 'rebase'] as const)(
  '%s makes real commits and closes what it fixes',
  async method => {
    const { at, octokit } = environment;
    const { data: issue } = await octokit.rest.issues.create({ ...at, title: 'Broken' });
    const { number, branch } = await environment.openPull(
      environment.bob,
      `Fixes #${issue.number}`,
    );
    await environment.github.push(environment.repository, {
      branch,
      changes: { second: '2\n' },
      message: 'Second',
      author: environment.bob,
    });
    await environment.github.push(environment.repository, {
      branch: 'main',
      changes: { meanwhile: 'm\n' },
      message: 'Meanwhile',
      author: environment.alice,
    });
    const { data } = await merge(environment.bob, number, { merge_method: method });
    const { data: log } = await octokit.rest.repos.listCommits({ ...at, sha: 'main' });
    expect(log[0]?.sha).toBe(data.sha);
    const headlines = log.map(commit => commit.commit.message.split('\n')[0]);
    const expected = {
      merge: [`Merge pull request #${number} from acme/${branch}`],
      squash: [`Change one (#${number})`, 'Meanwhile', 'Initial commit'],
      rebase: ['Second', 'Change one', 'Meanwhile', 'Initial commit'],
    };
    expect(headlines.slice(0, expected[method].length)).toEqual(expected[method]);
    expect((await octokit.rest.issues.get({ ...at, issue_number: issue.number })).data.state).toBe(
      'closed',
    );
    await octokit.rest.pulls.checkIfMerged({ ...at, pull_number: number });
  },
);

test('files, commits, diff and comparison agree', async () => {
  const { at, octokit } = environment;
  const { number, branch, sha } = await environment.openPull();
  const { data: files } = await octokit.rest.pulls.listFiles({ ...at, pull_number: number });
  expect(files).toMatchObject([
    { filename: 'src/index.js', status: 'modified', additions: 1, deletions: 1 },
  ]);
  expect(files[0]?.patch).toContain('-export const one = 1;');
  expect(
    (await octokit.rest.pulls.listCommits({ ...at, pull_number: number })).data.map(c => c.sha),
  ).toEqual([sha]);
  const diff = await octokit.rest.pulls.get({
    ...at,
    pull_number: number,
    mediaType: { format: 'diff' },
  });
  expect(String(diff.data)).toContain('diff --git a/src/index.js b/src/index.js');
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
    ...at,
    basehead: `main...${branch}`,
  });
  expect(data).toMatchObject({
    status: 'ahead',
    ahead_by: 1,
    behind_by: 0,
    files: [{ filename: 'src/index.js' }],
  });
});

test('line comments stand on files of the change', async () => {
  const { at, octokit } = environment;
  const { number, sha } = await environment.openPull();
  const on = (path: string) =>
    octokit.rest.pulls.createReviewComment({
      ...at,
      pull_number: number,
      commit_id: sha,
      path,
      line: 1,
      body: 'Why?',
    });
  const { data } = await on('src/index.js');
  await octokit.rest.pulls.createReplyForReviewComment({
    ...at,
    pull_number: number,
    comment_id: data.id,
    body: 'So.',
  });
  expect(
    (await octokit.rest.pulls.listReviewComments({ ...at, pull_number: number })).data[1]
      ?.in_reply_to_id,
  ).toBe(data.id);
  expect(await refused(on('nowhere.js'))).toMatchObject({ status: 422 });
});

test('the head of a fork reaches the base repository, and its checks name no pull request', async () => {
  const { github, at, octokit, receiver } = environment;
  const dave = github.createUser('dave');
  github.addCollaborator(environment.repository, dave, 'read');
  const fork = await github.forkRepository(environment.repository, dave);
  const sha = await github.push(fork, {
    branch: 'main',
    changes: { f: 'f' },
    message: 'From a fork',
    author: dave,
  });
  const { data } = await environment
    .as(dave)
    .rest.pulls.create({ ...at, title: 'Fork', head: 'dave:main', base: 'main' });
  expect(data.head).toMatchObject({
    ref: 'main',
    sha,
    label: 'dave:main',
    repo: { fork: true, full_name: 'dave/library' },
  });
  await github.reportCheckRun(environment.repository, {
    name: 'test',
    headSha: sha,
    conclusion: 'failure',
    log: 'boom\n',
  });
  await github.idle();
  expect(receiver.last('check_run', 'completed').payload.check_run.pull_requests).toEqual([]);
  expect((await octokit.rest.git.getCommit({ ...at, commit_sha: sha })).data.message).toBe(
    'From a fork',
  );
});

test('reviewers are asked for, and answer', async () => {
  const { number } = await environment.openPull();
  await environment.octokit.rest.pulls.requestReviewers({
    ...environment.at,
    pull_number: number,
    reviewers: ['alice'],
  });
  const asked = async () =>
    (
      await environment.octokit.rest.pulls.listRequestedReviewers({
        ...environment.at,
        pull_number: number,
      })
    ).data.users.map(u => u.login);
  expect(await asked()).toEqual(['alice']);
  await review(environment.alice, number, 'REQUEST_CHANGES');
  expect(await asked()).toEqual([]);
  const { data } = await environment.octokit.rest.pulls.listReviews({
    ...environment.at,
    pull_number: number,
  });
  expect(data.map(r => r.state)).toEqual(['CHANGES_REQUESTED']);
});
