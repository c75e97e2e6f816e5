/** What people can mend on GitHub ends no task: it waits, says what for, and goes on. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  FILES,
  openScenarios,
  type ScenarioEnvironment,
  UNTESTED,
  UNTESTED_WITHOUT_CI,
} from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

it.concurrent('waits while its pull request is closed, locked or changes nothing, and goes on after that', async () => {
  const scenario = await environment.scenario(UNTESTED);
  const { issue, pull, head } = await scenario.waiting();
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'closed' });
  const closed = await scenario.when('to wait', v => /is closed/.test(v.reason));
  expect(closed).toMatchObject({ status: 'active', reason: expect.stringMatching(/reopen/i) });
  await scenario.said(issue, /pull request is closed/);
  await scenario.rey.comment(pull, '/agent fix the words too');
  await scenario.said(pull, /Reopen it first/);

  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'open' });
  await scenario.when(
    'to go on',
    v => v.approval?.status === 'requested' && !/closed/.test(v.reason),
  );
  // What is taken back would be merged as nothing, and called done.
  const { head: live } = await scenario.mona.get(`/pulls/${pull}`);
  await environment.github.push(scenario.repository, {
    branch: live.ref,
    changes: { 'sum.js': FILES['sum.js'] ?? '' },
    message: 'Take it back',
    author: environment.users.mona,
  });
  await scenario.when('to wait for a change', v => /changes nothing of main/.test(v.reason));
  const restored = { sha: head, force: true };
  await scenario.mona.request('PATCH', `/git/refs/heads/${live.ref}`, restored);
  await scenario.when(
    'to ask again',
    v => v.approval?.status === 'requested' && v.reason !== '' && !/nothing of main/.test(v.reason),
  );
  await scenario.mona.request('PUT', `/issues/${pull}/lock`);
  await scenario.when('to wait again', v => /locked/.test(v.reason));
  await scenario.rey.approve(pull);
  await scenario.mona.request('DELETE', `/issues/${pull}/lock`);
  await scenario.when('the end', v => v.status === 'success');

  // What was merged is not worked on any more, and whoever asks learns where to ask.
  await scenario.mona.comment(pull, '/agent fix the words too');
  expect(await scenario.said(pull, /is merged/)).toMatch(/open an issue/i);
});

it.concurrent('waits for its branch, goes on once that is restored; waits while it is a draft again, and counts then what was said meanwhile', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { issue, pull, head } = await scenario.waiting();
  const { head: live, node_id } = await scenario.mona.get(`/pulls/${pull}`);
  await scenario.mona.request('DELETE', `/git/refs/heads/${live.ref}`);
  const gone = await scenario.when(
    'to wait',
    v => /branch/.test(v.reason) && v.status === 'active',
  );
  expect(gone.reason).toMatch(/was deleted: restore that/);
  await scenario.said(issue, /was deleted: restore that/);
  await scenario.mona.request('POST', '/git/refs', { ref: `refs/heads/${live.ref}`, sha: head });
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'open' });
  await scenario.when('to go on', v => v.status === 'active' && !/was deleted/.test(v.reason));

  await github.convertPull(users.rey, node_id, true);
  const held = await scenario.when('to wait', v => /is a draft/.test(v.reason));
  expect(held.status).toBe('active');
  await scenario.rey.approve(pull);
  await github.convertPull(users.mona, node_id, false);
  const end = await scenario.when('the end', v => v.status === 'success');
  expect(end.pull?.head).toBe(head);
});

it.concurrent('waits for its base, and goes on once that is restored', async () => {
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const base = { branch: 'release/2.x', changes: { 'BRANCH.md': 'Two.\n' }, message: 'Begin' };
  const author = environment.users.mona;
  const sha = await environment.github.push(scenario.repository, { ...base, author });
  const { number: issue } = await scenario.mona.open('It subtracts', '');
  await scenario.mona.comment(issue, '/agent fix --base release/2.x');
  const asked = await scenario.when('a request', v => v.approval?.status === 'requested');
  const pull = asked.pull?.number ?? 0;
  await scenario.mona.request('DELETE', '/git/refs/heads/release/2.x');
  const gone = await scenario.when('to wait', v => /is closed/.test(v.reason));
  expect(gone).toMatchObject({
    status: 'active',
    reason: expect.stringMatching(/The branch release\/2\.x was deleted: restore that and reopen/),
  });
  await scenario.said(issue, /release\/2\.x was deleted/);
  await scenario.mona.request('POST', '/git/refs', { ref: 'refs/heads/release/2.x', sha });
  await scenario.rey.request('PATCH', `/pulls/${pull}`, { state: 'open' });
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
  expect(await scenario.mona.get(`/pulls/${pull}`)).toMatchObject({ merged: true });
});

it.concurrent.each([
  ['its branch is deleted as well', true],
  ['its branch stays', false],
])(
  'ends where a person merges it while more work is under way, and says so to whoever asked: %s',
  async (_, deleted) => {
    const scenario = await environment.scenario();
    const { pull, head } = await scenario.waiting();
    await scenario.rey.comment(pull, '/agent fix: Take long over the words');
    await scenario.when('more work', v => v.round === 2 && v.runs.at(-1)?.state === 'running');
    const { ref } = (await scenario.mona.get(`/pulls/${pull}`)).head;
    await scenario.mona.request('PUT', `/pulls/${pull}/merge`, {});
    if (deleted) await scenario.mona.request('DELETE', `/git/refs/heads/${ref}`);
    const end = await scenario.when('the end', v => v.status === 'success');
    expect(end.reason).toBe('A person merged the pull request.');
    expect(await scenario.said(pull, /merged before that was done/)).toMatch(/Open an issue/);
    expect((await scenario.events('pull.merged')).map(({ data }) => data)).toMatchObject([
      { head, by: 'person' },
    ]);
  },
);

/** Somebody changes the very line on the base that the task changes. */
const CONFLICT = '/** Adds. */\nexport const sum = (a, b) => a - b; // to be corrected\n';

it.concurrent('has an agent merge the base where the two conflict, and asks for approval of the result', async () => {
  const scenario = await environment.scenario();
  const { pull, head } = await scenario.waiting();
  const base = await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: { 'sum.js': CONFLICT, 'other.js': 'export {};\n' },
    message: 'Say what it does',
    author: environment.users.mona,
  });
  await scenario.rey.approve(pull);
  await scenario.when('a merge commit', v => v.round === 2 && v.pull?.head !== head);
  const merged = await scenario.when('a request', v => v.approval?.status === 'requested');
  const { parents } = await scenario.mona.get(`/git/commits/${merged.pull?.head}`);
  expect(parents.map(({ sha }: { sha: string }) => sha)).toEqual([head, base]);
  // What the base brought is no part of the change that is approved.
  expect(merged.approval?.files).toEqual(['sum.js']);
  expect(await scenario.events('round.opened')).toHaveLength(1);
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
  const { content } = await scenario.mona.get('/contents/sum.js');
  expect(Buffer.from(content, 'base64').toString()).toContain('a + b');
});

it.concurrent('waits for people where the agent leaves the conflict as it is, and asks it once', async () => {
  const scenario = await environment.scenario();
  const { pull, head } = await scenario.waiting();
  await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: { 'sum.js': CONFLICT, 'test.js': 'throw new Error("never green");\n' },
    message: 'Say what it does',
    author: environment.users.mona,
  });
  await scenario.rey.approve(pull);
  await scenario.said(pull, /could not do that/);
  const waits = await scenario.when('to wait', v => /Merge main into it/.test(v.reason));
  expect(waits).toMatchObject({ status: 'active', pull: { head } });
  // Somebody settles it by hand.
  await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: { 'sum.js': FILES['sum.js'] ?? '', 'test.js': FILES['test.js'] ?? '' },
    message: 'Back again',
    author: environment.users.mona,
  });
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('has GitHub update a branch that is behind, and a review outlives that', async () => {
  const scenario = await environment.scenario(UNTESTED);
  environment.github.protectBranch(scenario.repository, 'main', { strict: true });
  const { pull, head } = await scenario.waiting();
  await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: { 'other.js': 'export {};\n' },
    message: 'Meanwhile',
    author: environment.users.mona,
  });
  const refusal = { match: 'pulls/update-branch', status: 422, message: 'Not now.' } as const;
  environment.github.faults.api(refusal);
  await scenario.rey.approve(pull);
  // What GitHub did not do is for people, and is tried again when something happens.
  const refused = /did not merge it into the branch: Not now\. Update the branch/;
  const waits = await scenario.when('to wait', v => refused.test(v.reason));
  expect(waits).toMatchObject({ waitsOn: 'person', pull: { head } });
  await scenario.rey.request('POST', `/pulls/${pull}/reviews`, { event: 'COMMENT', body: 'Now' });
  const end = await scenario.when('the end', v => v.status === 'success');
  expect(end.pull?.head).not.toBe(head);
  const blocked = await scenario.events('merge.blocked');
  expect(blocked.map(({ data }) => data.obstacle)).toEqual(['github', 'behind']);
  expect((await scenario.events('approval.requested')).length).toBeLessThanOrEqual(2);
  const comments: { body: string }[] = await scenario.mona.get(`/issues/${pull}/comments`);
  expect(comments.filter(({ body }) => /is void|approve again/.test(body))).toEqual([]);
});

it.concurrent('gives up a closed pull request where its work is asked for anew', async () => {
  const scenario = await environment.scenario(UNTESTED);
  const { issue, pull } = await scenario.waiting();
  const first = await scenario.task();
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'closed' });
  await scenario.when('to wait', v => /is closed/.test(v.reason));
  const { tasks } = environment.gatehouse.parts;
  const statusOfFirst = async () => (await tasks.find(first))?.status;
  // What is refused leaves the task that waits as it is.
  const before = await statusOfFirst();
  await scenario.mona.request('PATCH', `/issues/${issue}`, { state: 'closed' });
  await scenario.mona.comment(issue, '/agent fix');
  await scenario.said(issue, /The issue is closed: reopen it/);
  expect(await statusOfFirst()).toBe(before);
  await scenario.mona.request('PATCH', `/issues/${issue}`, { state: 'open' });
  await scenario.mona.comment(issue, '/agent fix');
  await scenario.when('another task', v => v.id !== first && v.pull !== null);
  expect(await statusOfFirst()).toBe('canceled');
});
