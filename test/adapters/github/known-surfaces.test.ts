/** Surfaces that were shown before are written by the id that is known, and looked up where that may not hold. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Surface } from '../../../src/core/surface.ts';
import type { TaskView } from '../../../src/core/view.ts';
import type { LastShown } from '../../../src/engine/ports/github-writes.ts';
import { until } from '../../demo/until.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';
import { anApproval, aView } from './view.ts';

let environment: GitHubEnvironment;
let requests: string[] = [];
let issue: number;
beforeAll(async () => {
  environment = await openEnvironment({ log: line => requests.push(line) });
});
beforeEach(async () => {
  issue = await environment.openIssue(environment.carol, 'Broken');
});
afterAll(() => environment.close());

const viewHere = (change: Partial<TaskView> = {}): TaskView =>
  aView({ repository: environment.repository, issue, id: `task-${issue}`, ...change });

type Known = Exclude<LastShown, 'nothing' | null>;

/** Shows it after `last`; returns what is known then, and the requests that it took. */
async function show(surface: Surface, view: TaskView, last: LastShown) {
  requests = [];
  const shown = await environment.gatehouse.writes.show(
    environment.repository,
    surface,
    view,
    last,
  );
  const asked = requests
    .map(line => line.replace(/ \d+$/, '').replace('/repos/acme/library', ''))
    .filter(line => /^[A-Z]+ \/(?:issues|commits|check-runs)/.test(line));
  const now: Known = { ...shown, head: null, conclusion: null, doubted: false };
  return { now, asked };
}

const green = (pull: NonNullable<TaskView['pull']>) => viewHere({ pull, mergeable: pull.head });

it('the tokens that a pull request is opened and shown with can be asked for before', async () => {
  const other = await openEnvironment();
  const { github, repository } = other;
  const tokens = () =>
    github
      .requests()
      .filter(({ operation }) => operation === 'apps/create-installation-access-token').length;
  // Who the App is was asked with one.
  const before = tokens();
  const { number, sha } = await other.openPull();
  const pull = { number, head: sha, draft: false };
  const view = aView({ repository, issue: null, pull });
  const { writes } = other.gatehouse;
  writes.preparePull(repository);
  await until('three tokens', async () => tokens() - before === 3);
  for (const surface of ['comment', 'check', 'pull'] as const)
    await writes.show(repository, surface, view, null);
  // One more, for looking where the repository is.
  expect(tokens() - before).toBe(4);
  await other.close();
});

describe('the sticky comment', () => {
  it('is written at once where nobody can have written it before', async () => {
    const { asked } = await show('comment', viewHere(), 'nothing');
    expect(asked).toEqual([`POST /issues/${issue}/comments`]);
  });

  it('is looked up at first, then edited by its id', async () => {
    const { now, asked } = await show('comment', viewHere(), null);
    expect(asked).toEqual([`GET /issues/${issue}/comments`, `POST /issues/${issue}/comments`]);
    const again = await show('comment', viewHere({ status: 'success' }), now);
    expect(again.asked).toEqual([`PATCH /issues/comments/${now.id}`]);
    expect(again.now.id).toBe(now.id);
  });

  it('is looked up where a write failed, and where it was deleted', async () => {
    const { now } = await show('comment', viewHere(), null);
    const same = await show('comment', viewHere(), { ...now, doubted: true });
    expect(same).toMatchObject({ asked: [`GET /issues/${issue}/comments`], now: { id: now.id } });
    await environment.as(environment.alice, 'DELETE', `/issues/comments/${now.id}`);
    const again = await show('comment', viewHere({ status: 'success' }), now);
    expect(again.asked).toEqual([
      `PATCH /issues/comments/${now.id}`,
      `GET /issues/${issue}/comments`,
      `POST /issues/${issue}/comments`,
    ]);
  });
});

describe('the check run', () => {
  const opened = async () => {
    const { number, sha, branch } = await environment.openPull();
    return { pull: { number, head: sha, draft: false }, branch };
  };

  it('is written at once where nobody can have written it before', async () => {
    const { pull } = await opened();
    const { asked } = await show('check', viewHere({ pull }), 'nothing');
    expect(asked).toEqual(['POST /check-runs']);
  });

  it('is looked up at first, then written by its id', async () => {
    const { pull } = await opened();
    const { now, asked } = await show('check', viewHere({ pull }), null);
    expect(asked).toEqual([`GET /commits/${pull.head}/check-runs`, 'POST /check-runs']);
    const stands = { ...now, head: pull.head };
    expect((await show('check', green(pull), stands)).asked).toEqual([
      `PATCH /check-runs/${now.id}`,
    ]);
    const failed = await show('check', green(pull), { ...stands, doubted: true });
    expect(failed.asked).toEqual([
      `GET /commits/${pull.head}/check-runs`,
      `PATCH /check-runs/${now.id}`,
    ]);
  });

  it('is looked up before it is opened again, so that a crash leaves no two', async () => {
    const { pull } = await opened();
    const { now } = await show('check', green(pull), null);
    const stands = { ...now, head: pull.head, conclusion: 'success' };
    const first = await show('check', viewHere({ pull }), stands);
    expect(first.asked).toEqual([`GET /commits/${pull.head}/check-runs`, 'POST /check-runs']);
    // As if the process had died before it recorded that.
    const second = await show('check', viewHere({ pull }), stands);
    expect(second.now.id).toBe(first.now.id);
    expect(second.asked).toEqual([
      `GET /commits/${pull.head}/check-runs`,
      `PATCH /check-runs/${first.now.id}`,
    ]);
  });

  it('of the head before is superseded by its id, while that of the new head is written', async () => {
    const { pull, branch } = await opened();
    const { now } = await show('check', green(pull), null);
    const changes = { x: 'y\n' };
    const more = { branch, changes, message: 'More', author: environment.bob };
    const head = await environment.github.push(environment.handle, more);
    const approvals = [anApproval({ head: pull.head, status: 'void' })];
    const moved = viewHere({ pull: { ...pull, head }, approvals });
    const stands = { ...now, head: pull.head, conclusion: 'success' };
    environment.github.answerTogether('checks/update', 'checks/create');
    const { asked } = await show('check', moved, stands);
    expect(asked.toSorted()).toEqual([`PATCH /check-runs/${now.id}`, 'POST /check-runs']);
    const check = await environment.as(environment.alice, 'GET', `/check-runs/${now.id}`);
    expect(check).toMatchObject({ conclusion: 'cancelled' });
  });

  it('of a head that is the head again is the one that stands there', async () => {
    const { pull } = await opened();
    const { now } = await show('check', green(pull), null);
    const other = 'f'.repeat(40);
    const approvals = [pull.head, other, pull.head].map(head => anApproval({ head }));
    const elsewhere = { ...now, id: 1, head: other, conclusion: 'cancelled' };
    const again = await show('check', { ...green(pull), approvals }, elsewhere);
    expect(again.now.id).toBe(now.id);
    expect(again.asked).toContain(`GET /commits/${pull.head}/check-runs`);
  });
});

describe('the labels', () => {
  it('are read at first, and then changed as they differ', async () => {
    const { number, sha } = await environment.openPull();
    const pull = { number, head: sha, draft: false };
    const approvals = [anApproval({ head: sha })];
    const waits = viewHere({ approvals });
    const first = await show('labels', waits, null);
    expect(first.asked).toEqual([`GET /issues/${issue}/labels`, `POST /issues/${issue}/labels`]);
    // The pull request is there now as well.
    const both = await show('labels', { ...waits, pull }, first.now);
    expect(both.asked).toEqual([`POST /issues/${number}/labels`]);
    const held = { ...waits, pull, objections: [{ id: 1, login: 'bob' }] };
    const other = await show('labels', held, both.now);
    expect(other.asked).toEqual(
      [issue, number].flatMap(on => [
        `POST /issues/${on}/labels`,
        `DELETE /issues/${on}/labels/gatehouse%3Awaiting-approval`,
      ]),
    );
    const names = await environment.as(environment.alice, 'GET', `/issues/${number}/labels`);
    expect(names).toMatchObject([{ name: 'gatehouse:held' }]);
    const doubted = await show('labels', viewHere({ pull }), { ...other.now, doubted: true });
    expect(doubted.asked).toContain(`GET /issues/${number}/labels`);
  });
});
