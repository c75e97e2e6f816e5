import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderComment } from '../../../src/adapters/github/surfaces/comment.ts';
import { answerMarker, taskMarker } from '../../../src/adapters/github/surfaces/markers.ts';
import type { TaskView } from '../../../src/core/view.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';
import { anApproval, aView } from './view.ts';

let environment: GitHubEnvironment;
let writes: GitHubEnvironment['gatehouse']['writes'];
let issue: number;
beforeAll(async () => {
  environment = await openEnvironment();
  writes = environment.gatehouse.writes;
});
beforeEach(async () => {
  issue = await environment.openIssue(environment.carol, 'Broken');
});
afterEach(() => environment.github.faults.clear());
afterAll(() => environment.close());

const viewHere = (change: Partial<TaskView> = {}): TaskView =>
  aView({ repository: environment.repository, issue, id: `task-${issue}`, ...change });
const show = (surface: 'comment' | 'check' | 'pull', view: TaskView) =>
  writes.show(environment.repository, surface, view, null);
/** What the engine knows of a surface that was shown. */
const known = (
  shown: { id: number; digest: string },
  over: { head?: string; conclusion?: string; doubted?: boolean } = {},
) => ({ head: null, conclusion: null, doubted: false, ...shown, ...over });
/** Posts as our App, past our own code: what an answer that was lost leaves behind. */
const postOurs = (number: number, body: string) =>
  environment.octokit.rest.issues.createComment({ ...environment.at, issue_number: number, body });

describe('acknowledge', () => {
  const eyes = async (path: string): Promise<string[]> =>
    (await environment.as(environment.alice, 'GET', `${path}/reactions`)).map(
      (reaction: { content: string; user: { login: string } }) =>
        `${reaction.content} ${reaction.user.login}`,
    );

  it('puts one 👀 on what called', async () => {
    const comment = await environment.comment(environment.bob, issue, '/agent fix');
    const target = { kind: 'issue_comment' as const, number: issue, id: comment.id };
    await writes.acknowledge(environment.repository, { kind: 'issue', number: issue });
    await writes.acknowledge(environment.repository, target);
    await writes.acknowledge(environment.repository, target);
    expect(await eyes(`/issues/${issue}`)).toEqual(['eyes gatehouse[bot]']);
    expect(await eyes(`/issues/comments/${comment.id}`)).toEqual(['eyes gatehouse[bot]']);
  });

  it('is content where the comment is gone', async () => {
    const target = { kind: 'issue_comment' as const, number: issue, id: 999_999 };
    await expect(writes.acknowledge(environment.repository, target)).resolves.toBeUndefined();
  });
});

describe('an answer', () => {
  it('is given once for each key', async () => {
    const target = { kind: 'issue' as const, number: issue };
    const first = await writes.reply(environment.repository, target, { code: 'help' }, 'k1');
    expect(await writes.reply(environment.repository, target, { code: 'help' }, 'k1')).toEqual(
      first,
    );
    await writes.reply(
      environment.repository,
      target,
      { code: 'no_task', command: 'cancel' },
      'k2',
    );
    expect(await environment.comments(issue)).toHaveLength(2);
  });

  it('is not doubled by an answer of GitHub that was lost', async () => {
    const target = { kind: 'issue' as const, number: issue };
    environment.github.faults.api({ match: 'issues/create-comment', status: 'lostAnswer' });
    const answering = () => writes.reply(environment.repository, target, { code: 'help' }, 'k');
    await expect(answering()).rejects.toMatchObject({ class: 'transport' });
    await answering();
    expect(await environment.comments(issue)).toHaveLength(1);
  });

  it('keeps the oldest of two', async () => {
    const oldest = await postOurs(issue, `${answerMarker('twice')}\nold`);
    await postOurs(issue, `${answerMarker('twice')}\nnew`);
    const target = { kind: 'issue' as const, number: issue };
    const kept = await writes.reply(environment.repository, target, { code: 'help' }, 'twice');
    expect(kept.id).toBe(oldest.data.id);
    const comments = await environment.comments(issue);
    expect(comments.map(({ id }) => id)).toEqual([kept.id]);
    expect(comments[0]?.body).toContain('`/agent fix [--base BRANCH] [what]`');
  });

  it('is not mistaken for the same mark by somebody else', async () => {
    await environment.comment(environment.bob, issue, `${answerMarker('forged')}\nBob wrote this.`);
    const target = { kind: 'issue' as const, number: issue };
    await writes.reply(environment.repository, target, { code: 'help' }, 'forged');
    expect(
      (await environment.comments(issue)).map(({ body }) => body.includes('Bob wrote this.')),
    ).toEqual([true, false]);
  });

  it('to a review comment stands in its thread', async () => {
    const pull = await environment.openPull();
    const line = await environment.as(environment.alice, 'POST', `/pulls/${pull.number}/comments`, {
      body: '/agent fix this',
      commit_id: pull.sha,
      path: 'src/index.js',
      line: 1,
      side: 'RIGHT',
    });
    const again = await environment.as(
      environment.alice,
      'POST',
      `/pulls/${pull.number}/comments/${line.id}/replies`,
      { body: '/agent fix that' },
    );
    for (const id of [line.id, again.id, again.id])
      await writes.reply(
        environment.repository,
        { kind: 'review_comment', number: pull.number, id },
        { code: 'reworked', commit: pull.sha, summary: 'Renamed it.' },
        `to-${id}`,
      );
    const thread = await environment.as(environment.alice, 'GET', `/pulls/${pull.number}/comments`);
    const ours = thread.filter(
      (c: { user: { login: string } }) => c.user.login === 'gatehouse[bot]',
    );
    expect(ours).toHaveLength(2);
    for (const reply of ours) expect(reply.in_reply_to_id).toBe(line.id);
    await writes.reply(
      environment.repository,
      { kind: 'review_comment', number: pull.number, id: 999_999 },
      { code: 'rework_failed', reason: 'gone' },
      'gone',
    );
    expect(await environment.comments(pull.number)).toHaveLength(1);
  });

  it('to a review comment that nobody can have answered reads that comment alone', async () => {
    const { number, sha } = await environment.openPull();
    const { id } = await environment.as(environment.alice, 'POST', `/pulls/${number}/comments`, {
      ...{ body: '/agent fix this', commit_id: sha, path: 'src/index.js', line: 1, side: 'RIGHT' },
    });
    const before = environment.github.requests().length;
    const target = { kind: 'review_comment' as const, number, id };
    await writes.replyAnew(environment.repository, target, { code: 'resumed' }, 'anew');
    const asked = environment.github.requests().slice(before);
    expect(
      asked.map(({ operation }) => operation).filter(name => name.startsWith('pulls/')),
    ).toEqual(['pulls/get-review-comment', 'pulls/create-reply-for-review-comment']);
  });
});

it('a review is given also where GitHub can not tell the files, whole in its body', async () => {
  const { number, sha } = await environment.openPull();
  environment.github.faults.api({ match: 'pulls/list-files', status: 422, times: 9 });
  const finding = {
    path: 'src/index.js',
    line: 1,
    severity: 'note' as const,
    message: 'Two is not one.',
  };
  const report = { verdict: 'has_concerns' as const, summary: 'Hm.', findings: [finding] };
  const of = { pull: number, head: sha, report };
  await writes.review(environment.repository, of, 'review-without-files');
  environment.github.faults.clear();
  const [review] = await environment.as(environment.alice, 'GET', `/pulls/${number}/reviews`);
  expect(review.body).toContain('Two is not one.');
});

it('labels are added beside those that are there, also twice, and made where they are missing', async () => {
  const number = await environment.openIssue(environment.carol, 'Unlabelled');
  await environment.as(environment.bob, 'POST', `/issues/${number}/labels`, { labels: ['bug'] });
  for (const _ of [1, 2])
    await writes.addLabels(environment.repository, number, ['Bug', 'needs triage']);
  const labels = await environment.as(environment.bob, 'GET', `/issues/${number}/labels`);
  expect(labels.map(({ name }: { name: string }) => name)).toEqual(['bug', 'needs triage']);
});

it('a label is taken off once', async () => {
  await environment.as(environment.bob, 'POST', `/issues/${issue}/labels`, {
    labels: ['agent:fix', 'bug'],
  });
  await writes.removeLabel(environment.repository, issue, 'agent:fix');
  await writes.removeLabel(environment.repository, issue, 'agent:fix');
  const labels = await environment.as(environment.bob, 'GET', `/issues/${issue}/labels`);
  expect(labels.map(({ name }: { name: string }) => name)).toEqual(['bug']);
});

describe('the sticky comment', () => {
  it('is one, edited where it differs', async () => {
    const view = viewHere();
    const first = await show('comment', view);
    const before = environment.github.deliveries().length;
    expect(await show('comment', view)).toEqual(first);
    await environment.github.idle();
    expect(environment.github.deliveries().length).toBe(before);
    const done = await writes.show(
      environment.repository,
      'comment',
      viewHere({ status: 'success' }),
      known(first),
    );
    expect(done.id).toBe(first.id);
    expect(done.digest).not.toBe(first.digest);
    const [comment, ...rest] = await environment.comments(issue);
    expect(rest).toEqual([]);
    expect(comment?.body).toContain(taskMarker(view.id));
    expect(comment?.body).toContain('**Gatehouse** is done');
  });

  it('needs no request where the text is the one that was shown', async () => {
    const view = viewHere();
    const shown = await show('comment', view);
    environment.github.faults.api({ status: 500, times: 9 });
    expect(await writes.show(environment.repository, 'comment', view, known(shown))).toEqual(shown);
  });

  it('comes again where somebody deleted it', async () => {
    const shown = await show('comment', viewHere());
    await environment.as(environment.alice, 'DELETE', `/issues/comments/${shown.id}`);
    const view = viewHere({ status: 'success' });
    const again = await writes.show(environment.repository, 'comment', view, known(shown));
    expect(again.id).not.toBe(shown.id);
    expect((await environment.comments(issue)).map(({ body }) => body.trim())).toEqual([
      renderComment(view).trim(),
    ]);
  });
});

describe('pull requests', () => {
  const branch = async (name: string) =>
    environment.github.push(environment.handle, {
      branch: name,
      changes: { 'src/index.js': `export const one = '${name}';\n` },
      message: 'By us',
      author: environment.bob,
    });

  it('are opened once for a head, also where the answer was lost', async () => {
    const head = await branch('gatehouse/one');
    const open = () =>
      writes.openPull(environment.repository, {
        head: 'gatehouse/one',
        base: 'main',
        view: viewHere({ title: 'Broken: @alice fixes #1 [skip ci]' }),
        draft: true,
      });
    environment.github.faults.api({ match: 'pulls/create', status: 'lostAnswer' });
    await expect(open()).rejects.toMatchObject({ class: 'transport' });
    const opened = await open();
    expect(opened.head).toBe(head);
    expect(await open()).toEqual(opened);
    const pull = await environment.as(environment.alice, 'GET', `/pulls/${opened.number}`);
    expect(pull).toMatchObject({
      title: 'Broken: @ alice fixes # 1',
      draft: true,
      user: { login: 'gatehouse[bot]' },
    });
    expect(pull.body).toContain(`Fixes #${issue}`);
    await writes.markReady(environment.repository, opened);
    await writes.markReady(environment.repository, opened);
    expect((await environment.as(environment.alice, 'GET', `/pulls/${opened.number}`)).draft).toBe(
      false,
    );
  });

  it('keep what people wrote around our section', async () => {
    const { number, sha } = await environment.openPull();
    await environment.as(environment.bob, 'PATCH', `/pulls/${number}`, {
      title: 'Mine',
      body: 'Before.',
    });
    const pull = { number, head: sha, draft: false };
    await show('pull', viewHere({ pull, accounts: [{ round: 1, summary: 'First.' }] }));
    const body = async () =>
      (await environment.as(environment.bob, 'GET', `/pulls/${number}`)).body;
    const withAfter = `${await body()}\n\nAfter.`;
    await environment.as(environment.bob, 'PATCH', `/pulls/${number}`, { body: withAfter });
    await show('pull', viewHere({ pull, accounts: [{ round: 1, summary: 'Second.' }] }));
    expect(await body()).toMatch(/^Before\.\n\n<!--[\s\S]*Second\.[\s\S]*-->\n\nAfter\.$/);
    expect(await body()).not.toContain('First.');
    expect((await environment.as(environment.bob, 'GET', `/pulls/${number}`)).title).toBe('Mine');
  });

  it('are refused in words where there is nothing to open', async () => {
    const nothing = { head: 'no-branch', base: 'main', view: viewHere(), draft: false };
    await expect(writes.openPull(environment.repository, nothing)).rejects.toMatchObject({
      class: 'invalid',
      status: 422,
    });
  });
});

describe('the check run', () => {
  const runs = async (sha: string) =>
    (await environment.as(environment.alice, 'GET', `/commits/${sha}/check-runs?filter=all`))
      .check_runs;

  it('is one for a head, and follows the verdict', async () => {
    const { number, sha } = await environment.openPull();
    const pull = { number, head: sha, draft: false };
    const first = await show('check', viewHere({ pull }));
    const page = 'https://gatehouse.example/console';
    const waiting = viewHere({ pull, approval: anApproval({ head: sha }), console: page });
    expect((await show('check', waiting)).id).toBe(first.id);
    const check = await environment.as(environment.alice, 'GET', `/check-runs/${first.id}`);
    expect(check).toMatchObject({
      name: 'gatehouse',
      external_id: waiting.id,
      status: 'completed',
      conclusion: 'action_required',
      details_url: `${page}/tasks/${waiting.id}`,
      output: { title: 'Waiting for approval by maintainers' },
    });
    expect(check.output.summary).toContain('- package.json is touched');
    const shown = await show('check', viewHere({ pull, mergeable: sha }));
    expect(shown.id).toBe(first.id);
    expect(await runs(sha)).toMatchObject([{ id: first.id, conclusion: 'success' }]);
    // Completed ones are not opened again: a new one of the same name takes their place.
    const reopened = await show('check', viewHere({ pull }));
    expect(reopened.id).not.toBe(first.id);
    expect(await show('check', viewHere({ pull }))).toEqual(reopened);
    expect(await runs(sha)).toHaveLength(2);
  });

  it('is not doubled by an answer that was lost', async () => {
    const { number, sha } = await environment.openPull();
    const view = viewHere({ pull: { number, head: sha, draft: false } });
    environment.github.faults.api({ match: 'checks/create', status: 'lostAnswer' });
    await expect(show('check', view)).rejects.toMatchObject({ class: 'transport' });
    await show('check', view);
    expect(await runs(sha)).toHaveLength(1);
  });

  it('notes the lines that a failed command named, once', async () => {
    const { number, sha } = await environment.openPull();
    const pull = { number, head: sha, draft: false };
    const problems = [
      { path: 'src/index.js', line: 1, level: 'failure' as const, message: '@bob: two is not one' },
    ];
    const failedCommand = { run: 'test-1-1', name: 'test', tail: 'not ok 1', problems };
    const view = viewHere({ pull, status: 'failure', reason: 'Red.', failedCommand });
    await show('check', { ...view, status: 'active' });
    const { id } = await show('check', view);
    await show('check', view);
    await show('check', { ...view, reason: 'Red again.' });
    const notes = await environment.as(environment.alice, 'GET', `/check-runs/${id}/annotations`);
    expect(notes).toMatchObject([
      {
        path: 'src/index.js',
        start_line: 1,
        annotation_level: 'failure',
        title: 'test failed on a change that is not pushed',
        message: '@ bob: two is not one',
      },
    ]);
    expect(
      (await environment.as(environment.alice, 'GET', `/check-runs/${id}`)).output.summary,
    ).toContain('Red again.');
  });

  it('on a head that was left behind never stays green, whether or not anybody was asked', async () => {
    const { number, sha, branch } = await environment.openPull();
    const at = (head: string) => ({ number, head, draft: false });
    const push = (path: string) =>
      environment.github.push(environment.handle, {
        branch,
        changes: { [path]: 'y\n' },
        message: 'More',
        author: environment.bob,
      });
    const green = await show('check', viewHere({ pull: at(sha), mergeable: sha }));
    const next = await push('x');
    const onNext = await writes.show(
      environment.repository,
      'check',
      viewHere({ pull: at(next) }),
      known(green, { head: sha, conclusion: 'success' }),
    );
    expect(await runs(sha)).toMatchObject([{ conclusion: 'cancelled' }]);
    // The head comes back: what stood on the one in between is void as well.
    const back = viewHere({ pull: at(sha), mergeable: sha });
    await writes.show(environment.repository, 'check', back, known(onNext, { head: next }));
    expect(await runs(next)).toMatchObject([{ conclusion: 'cancelled' }]);
    expect((await runs(sha)).at(-1)).toMatchObject({ conclusion: 'success' });
  });

  it('is superseded once more at the end, where a worker that was cut off wrote late', async () => {
    const { number, sha, branch } = await environment.openPull();
    const pull = { number, head: sha, draft: false };
    await show('check', viewHere({ pull, mergeable: sha }));
    const next = await environment.github.push(environment.handle, {
      branch,
      changes: { x: 'y\n' },
      message: 'More',
      author: environment.bob,
    });
    const approvals = [anApproval({ head: sha, status: 'void' })];
    const over = viewHere({ pull: { ...pull, head: next }, approvals, status: 'failure' });
    const shown = await show('check', viewHere({ pull: { ...pull, head: next } }));
    await writes.show(environment.repository, 'check', over, known(shown, { head: next }));
    expect(await runs(sha)).toMatchObject([{ conclusion: 'cancelled' }]);
  });

  it('of a head that was asked about is superseded once, as the head moves', async () => {
    const { number, sha, branch } = await environment.openPull();
    await show('check', viewHere({ pull: { number, head: sha, draft: false }, mergeable: sha }));
    const next = await environment.github.push(environment.handle, {
      branch,
      changes: { x: 'y\n' },
      message: 'More',
      author: environment.bob,
    });
    const approvals = [anApproval({ head: sha, status: 'void' })];
    const pull = { number, head: next, draft: false };
    const shown = await show('check', viewHere({ pull, approvals }));
    const superseded = { conclusion: 'cancelled', output: { title: 'Superseded: the head moved' } };
    expect(await runs(sha)).toMatchObject([superseded]);
    expect(await runs(next)).toMatchObject([{ status: 'in_progress' }]);
    // Once is enough: what follows on this head does not ask for that one again.
    environment.github.faults.api({ match: new RegExp(`/commits/${sha}/check-runs`), status: 500 });
    const green = viewHere({ pull, approvals, mergeable: next });
    await writes.show(environment.repository, 'check', green, known(shown, { head: next }));
    expect(await runs(next)).toMatchObject([{ conclusion: 'success' }]);
    environment.github.faults.clear();
  });

  it('needs a head', async () => {
    await expect(show('check', viewHere())).rejects.toMatchObject({ class: 'invalid' });
  });
});
