/** The ways in which people answer a request, and what GitHub shows of it meanwhile. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../adapters/webhooks/receiver.ts';
import { until } from '../demo/until.ts';
import { FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

const SECRET = Buffer.from('a secret of the tests, 32 bytes.').toString('base64');

let environment: ScenarioEnvironment;
/** Who is told of tasks: the operator's own system of all, a chat of what repositories say. */
let system: Receiver;
let chat: Receiver;
let folder: string;
beforeAll(async () => {
  [system, chat] = await Promise.all([startReceiver(), startReceiver()]);
  folder = await mkdtemp(join(tmpdir(), 'gh-webhooks-'));
  await writeFile(join(folder, 'secret'), SECRET);
  const endpoints = {
    system: {
      url: `http://127.0.0.1:${system.port}/gatehouse`,
      private: true,
      secret_file: join(folder, 'secret'),
      on: ['approval', 'merged', 'failed'],
    },
    chat: { url: `http://127.0.0.1:${chat.port}/T0/B0`, private: true, format: 'slack' },
  };
  await writeFile(join(folder, 'webhooks.yml'), JSON.stringify(endpoints));
  environment = await openScenarios({
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts'),
    GATEHOUSE_WEBHOOKS: join(folder, 'webhooks.yml'),
  });
});
afterAll(async () => {
  await environment.close();
  for (const receiver of [system, chat]) receiver.stop();
  await rm(folder, { recursive: true });
});

/** An outsider's text taints the task, so that its merge needs a person. */
async function tainted(files = FILES) {
  const scenario = await environment.scenario(files);
  const { number: issue } = await scenario.otto.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue, 'agent:fix');
  const view = await scenario.when('a request', v => v.approval?.status === 'requested');
  const { number = 0, head = '' } = view.pull ?? {};
  await scenario.said(number, /Approval is needed/);
  return { scenario, issue: issue as number, pull: number, head };
}

it.concurrent('presses the buttons of the check run; labels say what waits, and endpoints are told', async () => {
  const { scenario, issue, pull, head } = await tainted({
    ...FILES,
    '.github/gatehouse.yml': `${FILES['.github/gatehouse.yml']}hooks: [{ name: team, on: [approval, finished], webhook: chat }]\n`,
  });
  const { fullName } = scenario.repository;
  const web = `${environment.github.url}/${fullName}`;
  /** What an endpoint is told of this task, once it is so much. */
  const told = (by: Receiver, messages: number) =>
    until('what an endpoint is told', async () => {
      const ours = by.received.filter(({ body }) => body.includes(scenario.owner.login));
      return ours.length >= messages ? ours : null;
    });
  // Nobody is told of a question that is answered at once.
  await Promise.all([told(system, 1), told(chat, 1)]);
  for (const number of [issue, pull]) await scenario.labelled(number, 'gatehouse:waiting-approval');
  const check = await until('a check that asks', async () => {
    const shown = await scenario.check(head);
    return shown.conclusion === 'action_required' ? shown : null;
  });
  const capsule = (await scenario.view()).approval?.digest?.replace('sha256:', '').slice(0, 12);
  const press = (what: 'approve' | 'deny', who: 'mona' | 'rey' | 'otto') =>
    environment.github.requestCheckAction(
      scenario.repository,
      check.id,
      `${what}-${capsule}`,
      environment.users[who],
    );

  await press('approve', 'otto');
  expect(await scenario.said(pull, /it takes the role/)).toContain('otto');
  await press('approve', 'mona');
  expect(await scenario.said(pull, /nobody approves their own work/)).toContain('mona');

  await press('deny', 'rey');
  for (const number of [issue, pull]) await scenario.labelled(number, 'gatehouse:held');
  await until('a check that says who', async () =>
    /Held: rey is against it/.test((await scenario.check(head)).output.title),
  );
  // Its own author lifts a denial, by approving; GitHub does not say when a button was pressed.
  await press('approve', 'rey');
  await scenario.said(pull, /write `\/agent approve`/);
  await scenario.rey.comment(pull, '/agent approve');
  await scenario.when('the end', v => v.status === 'success');
  for (const number of [issue, pull]) await scenario.labelled(number, null);
  const answers = (await scenario.events('approval.answered')).map(({ data }) => [
    data.via,
    data.says,
  ]);
  expect(answers).toEqual([
    ['button', 'approve'],
    ['button', 'deny'],
    ['issue_comment', 'approve'],
  ]);

  const messages = (await told(system, 2)).map(({ headers, body }) =>
    new Webhook(SECRET).verify(body, headers as Record<string, string>),
  );
  expect(messages).toMatchObject([
    {
      type: 'gatehouse.approval',
      data: { issue, pull, links: { issue: `${web}/issues/${issue}` } },
    },
    {
      type: 'gatehouse.merged',
      data: { outcome: 'merged', links: { pull: `${web}/pull/${pull}` } },
    },
  ]);
  const [asks = '', ends = ''] = (await told(chat, 2)).map(({ body }) => JSON.parse(body).text);
  expect(asks).toMatch(/^An approval is wanted: It subtracts\n/);
  expect(asks).toContain(`<${web}/pull/${pull}|pull request>`);
  expect(ends).toMatch(/^A task has ended: It subtracts\n.* · success · /);
});

it.concurrent('is told in the text of a review and on a line of code', async () => {
  const { scenario, pull, head } = await tainted();
  const line = await scenario.rey.request('POST', `/pulls/${pull}/comments`, {
    body: 'Here.\n\n/agent deny not on this line',
    commit_id: head,
    path: 'sum.js',
    line: 1,
    side: 'RIGHT',
  });
  const held = await scenario.when('an objection', v => v.objections.length > 0);
  expect(held.objections).toMatchObject([{ login: 'rey' }]);
  await until('to be seen', async () => {
    const comments: { id: number; reactions: { eyes: number } }[] = await scenario.rey.get(
      `/pulls/${pull}/comments`,
    );
    return comments.some(({ id, reactions }) => id === line.id && reactions.eyes === 1);
  });
  await until('an answer below the line', async () => {
    const told: { in_reply_to_id?: number; body: string }[] = await scenario.rey.get(
      `/pulls/${pull}/comments`,
    );
    return told.some(({ in_reply_to_id, body }) => in_reply_to_id === line.id && /rey/.test(body));
  });
  // Whoever edits a comment into a command is told that this starts nothing.
  const remark = await scenario.rey.comment(pull, 'Let me see.');
  const body = '/agent approve';
  await scenario.rey.request('PATCH', `/issues/comments/${remark.id}`, { body });
  await scenario.said(pull, /The edit starts nothing.* If `\/agent approve` is to be followed/);
  await scenario.rey.request('POST', `/pulls/${pull}/reviews`, {
    event: 'COMMENT',
    body: 'I see now.\n\n/agent approve',
  });
  await scenario.when('the end', v => v.status === 'success');
  const answers = (await scenario.events('approval.answered')).map(({ data }) => [
    data.via,
    data.says,
  ]);
  expect(answers).toEqual([
    ['review_comment', 'deny'],
    ['review', 'approve'],
  ]);
});

// GitHub's clock is set, which is the clock of all that run beside it.
it('expires unused after its hours, and asks again', async () => {
  const { scenario, pull, head } = await tainted();
  await environment.github.protectBranch(scenario.repository, 'main', {
    requiredReviews: 0,
    requiredChecks: [{ context: 'ci' }],
  });
  // Given a day ago, but for some seconds.
  const ago = 24 * 3_600_000 - 8_000;
  environment.github.advanceClock(-ago);
  await scenario.rey.approve(pull);
  environment.github.advanceClock(ago);
  const again = await scenario.when('another request', ({ approval }) =>
    Boolean(approval?.status === 'requested' && approval.id !== 'approval-1'),
  );
  // Of the same content: nothing but time has passed.
  expect(again.approval).toMatchObject({ head, digest: again.approvals[0]?.digest });
  const [granted] = await scenario.events('approval.granted');
  const [voided] = await scenario.events('approval.voided');
  expect(voided?.data).toMatchObject({ reason: expect.stringMatching(/expired/), was: head });
  expect(Date.parse(voided?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(`${granted?.data.until}`));
  expect(await scenario.said(pull, /is void/)).toMatch(/rey[\s\S]*expired/);
});
