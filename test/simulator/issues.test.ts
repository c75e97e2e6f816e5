import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, refused, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
});
afterEach(() => environment.close());

async function openIssue(): Promise<number> {
  const { data } = await environment.as(environment.bob).rest.issues.create({
    ...environment.at,
    title: 'It breaks',
    body: 'Always.',
    labels: ['bug'],
  });
  return data.number;
}

test('an issue with labels, comments and reactions is told about event by event', async () => {
  const { octokit, at, receiver, github } = environment;
  const issue_number = await openIssue();
  await environment
    .as(environment.alice)
    .rest.issues.addLabels({ ...at, issue_number, labels: ['agent'] });
  const { data: comment } = await octokit.rest.issues.createComment({
    ...at,
    issue_number,
    body: 'Looking.',
  });
  await octokit.rest.issues.updateComment({ ...at, comment_id: comment.id, body: 'Found it.' });
  await octokit.rest.issues.removeLabel({ ...at, issue_number, name: 'agent' });
  await octokit.rest.issues.deleteComment({ ...at, comment_id: comment.id });
  await octokit.rest.issues.update({
    ...at,
    issue_number,
    state: 'closed',
    state_reason: 'not_planned',
  });
  await github.idle();
  expect(receiver.names().slice(-8)).toEqual([
    'issues.opened',
    'issues.labeled',
    'issues.labeled',
    'issue_comment.created',
    'issue_comment.edited',
    'issues.unlabeled',
    'issue_comment.deleted',
    'issues.closed',
  ]);
  expect(receiver.last('issue_comment', 'edited').payload).toMatchObject({
    changes: { body: { from: 'Looking.' } },
    comment: {
      body: 'Found it.',
      user: { login: 'helper[bot]', type: 'Bot' },
      performed_via_github_app: { id: environment.app.id },
    },
    installation: { id: environment.installation.id },
    sender: { login: 'helper[bot]' },
  });
  expect((await octokit.rest.issues.get({ ...at, issue_number })).data).toMatchObject({
    state: 'closed',
    state_reason: 'not_planned',
  });
});

test('a reaction exists once', async () => {
  const issue_number = await openIssue();
  const react = () =>
    environment.octokit.rest.reactions.createForIssue({
      ...environment.at,
      issue_number,
      content: 'eyes',
    });
  expect((await react()).status).toBe(201);
  expect((await react()).status).toBe(200);
  const { data } = await environment.octokit.rest.reactions.listForIssue({
    ...environment.at,
    issue_number,
  });
  expect(data).toHaveLength(1);
});

test('a comment of 65,536 characters passes and one more does not', async () => {
  const issue_number = await openIssue();
  const comment = (length: number) =>
    environment.octokit.rest.issues.createComment({
      ...environment.at,
      issue_number,
      body: 'x'.repeat(length),
    });
  expect((await comment(65_536)).status).toBe(201);
  expect(await refused(comment(65_537))).toMatchObject({
    status: 422,
    message: expect.stringContaining('body is too long'),
  });
});

test('a locked conversation is for those who may write', async () => {
  const { at, carol, bob } = environment;
  const issue_number = await openIssue();
  await environment
    .as(environment.alice)
    .rest.issues.lock({ ...at, issue_number, lock_reason: 'too heated' });
  const say = (user: { token: string }) =>
    environment.as(user).rest.issues.createComment({ ...at, issue_number, body: 'But!' });
  expect(await refused(say(carol))).toMatchObject({ status: 403 });
  expect((await say(bob)).status).toBe(201);
});

test('others may not edit a comment, nor label an issue, without the role', async () => {
  const { at } = environment;
  const issue_number = await openIssue();
  const { data } = await environment
    .as(environment.bob)
    .rest.issues.createComment({ ...at, issue_number, body: 'Mine.' });
  const carol = environment.as(environment.carol);
  expect(
    await refused(carol.rest.issues.updateComment({ ...at, comment_id: data.id, body: 'Ours.' })),
  ).toMatchObject({ status: 403 });
  expect(
    await refused(carol.rest.issues.addLabels({ ...at, issue_number, labels: ['agent'] })),
  ).toMatchObject({ status: 403 });
});

test('lists come in pages with links', async () => {
  const { at, octokit } = environment;
  const issue_number = await openIssue();
  for (const body of ['one', 'two', 'three', 'four', 'five']) {
    await octokit.rest.issues.createComment({ ...at, issue_number, body });
  }
  const first = await octokit.rest.issues.listComments({ ...at, issue_number, per_page: 2 });
  expect(first.data.map(comment => comment.body)).toEqual(['one', 'two']);
  expect(first.headers.link).toContain('rel="next"');
  const all = await octokit.paginate(octokit.rest.issues.listComments, {
    ...at,
    issue_number,
    per_page: 2,
  });
  expect(all.map(comment => comment.body)).toEqual(['one', 'two', 'three', 'four', 'five']);
});

test("limits on content are GitHub's, and answered with when to come back", async () => {
  const { at, octokit, github } = environment;
  const issue_number = await openIssue();
  const comment = () => octokit.rest.issues.createComment({ ...at, issue_number, body: 'again' });
  for (let i = 0; i < 80; i++) await comment();
  const error = await comment().catch(thrown => thrown);
  expect(error.status).toBe(403);
  expect(error.message).toContain('secondary rate limit');
  const retryAfter = Number(error.response.headers['retry-after']);
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(60);
  github.advanceClock(retryAfter * 1000);
  expect((await comment()).status).toBe(201);
  const { headers } = await octokit.rest.issues.get({ ...at, issue_number });
  expect(Number(headers['x-ratelimit-remaining'])).toBe(
    5_000 - Number(headers['x-ratelimit-used']),
  );
});
