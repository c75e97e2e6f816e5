/** Refusals arrive, once, and what was refused can be asked for again. */
import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import {
  FILES,
  NO_CI_TO_AWAIT,
  openScenarios,
  type ScenarioEnvironment,
  UNTESTED,
} from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

const CONFIG = '.github/gatehouse.yml';

/** The scenario's last delivery of that kind, once it could not be answered. */
const unanswered = ({ repository }: Scenario, event: string, action: string) =>
  until(`a delivery of ${event}.${action} that failed`, async () => {
    await environment.github.idle();
    const sent = environment.github
      .deliveries()
      .findLast(
        delivery =>
          delivery.repositoryId === repository.id &&
          delivery.event === event &&
          delivery.action === action,
      );
    const { deliveries } = environment.gatehouse.parts;
    const found = sent && (await deliveries.find(sent.guid));
    return found?.state === 'failed' ? sent : null;
  });
const labelsOf = async ({ mona }: Scenario, number: number): Promise<string[]> =>
  (await mona.get(`/issues/${number}/labels`)).map(({ name }: { name: string }) => name);
const tasksOf = ({ repository }: Scenario) =>
  environment.gatehouse.parts.tasks.list({ repositoryId: repository.id });

it('tells a burst of strangers in one comment, and serves who may ask', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario(UNTESTED);
  const { number } = await scenario.mona.open('It subtracts', '');
  const strangers = ['ada', 'bo', 'cy', 'dee'].map(login => github.createUser(login, {}));
  for (const stranger of [users.otto, ...strangers, users.otto])
    await github
      .as(stranger)
      .request('POST', `${scenario.at}/issues/${number}/comments`, { body: '/agent fix' });
  // The comment names whom it has heard of until then, in whatever order that is.
  const all = /^(?=.*`otto`)(?=.*`ada`)(?=.*`bo`)(?=.*`cy`)(?=.*`dee`)/s;
  expect(await scenario.said(number, all)).toContain(
    'Someone who has it can give the same command here.',
  );
  await scenario.mona.comment(number, '/agent fix');
  expect((await scenario.view()).requester).toMatchObject({ login: 'mona' });
  const comments: { user: { login: string }; body: string }[] = await scenario.mona.get(
    `/issues/${number}/comments`,
  );
  expect(comments.filter(({ body }) => /it takes the role/.test(body))).toHaveLength(1);
  expect(await tasksOf(scenario)).toHaveLength(1);
});

it('answers a label once where the configuration is broken, and takes it up once that is mended', async () => {
  const scenario = await environment.scenario({ ...FILES, [CONFIG]: 'surprise: 1\n' });
  const { number } = await scenario.mona.open('It subtracts', '');
  await scenario.mona.label(number, 'agent:fix');
  expect(await scenario.said(number, /gatehouse\.yml/)).toMatch(/surprise/);
  await until('the label to be off', async () => (await labelsOf(scenario, number)).length === 0);
  await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: { [CONFIG]: UNTESTED[CONFIG] },
    message: 'Mend it',
    author: environment.users.mona,
  });
  await scenario.mona.label(number, 'agent:fix');
  expect((await scenario.view()).command).toBe('fix');
});

it('answers in an empty repository what to do', async () => {
  const scenario = await environment.scenario({});
  const { number } = await scenario.mona.open('Begin', '');
  await scenario.mona.label(number, 'agent:fix');
  expect(await scenario.said(number, /no commit/)).toMatch(/push a first one/);
  await until('the label to be off', async () => (await labelsOf(scenario, number)).length === 0);
  expect(await tasksOf(scenario)).toEqual([]);
});

it('tries nothing again where GitHub takes no answer, and tells the operator', async () => {
  const { github, gatehouse } = environment;
  const scenario = await environment.scenario();
  const { number } = await scenario.mona.open('It subtracts', '');
  github.faults.webhooks({
    match: { event: 'issue_comment' },
    effect: 'delay',
    ms: 1_000,
    times: 1,
  });
  await scenario.mona.comment(number, '/agent fix');
  github.archiveRepository(scenario.repository);
  const sent = await unanswered(scenario, 'issue_comment', 'created');
  const [latest] = await gatehouse.parts.deliveries.failed(1);
  expect(latest).toMatchObject({ guid: sent?.guid, note: expect.stringMatching(/archived/) });
  expect(await tasksOf(scenario)).toEqual([]);
});

it('answers a label that means nothing, once, and takes it off', async () => {
  const scenario = await environment.scenario();
  const { number } = await scenario.mona.open('It subtracts', '');
  await scenario.mona.label(number, 'agent:unknown');
  expect(await scenario.said(number, /unknown/)).toMatch(/\/agent help|`fix`/);
  await until('the label to be off', async () => (await labelsOf(scenario, number)).length === 0);
  await scenario.mona.label(number, 'agent:fix');
  expect((await scenario.view()).command).toBe('fix');
});

it('answers a call in a review where the configuration is broken, in place', async () => {
  const scenario = await environment.scenario({ ...FILES, [CONFIG]: 'surprise: 1\n' });
  await environment.github.push(scenario.repository, {
    branch: 'topic',
    changes: { 'TOPIC.md': 'A topic.\n' },
    message: 'Begin',
    author: environment.users.mona,
  });
  const topic = { title: 'A topic', head: 'topic', base: 'main' };
  const { number } = await scenario.mona.request('POST', '/pulls', topic);
  await scenario.rey.request('POST', `/pulls/${number}/reviews`, {
    event: 'COMMENT',
    body: 'Nearly.\n\n/agent fix the sum',
  });
  expect(await scenario.said(number, /gatehouse\.yml/)).toMatch(/surprise/);
  expect(await tasksOf(scenario)).toEqual([]);
});

it('tells strangers on several issues once on each, and none of them twice', async () => {
  const { github } = environment;
  const scenario = await environment.scenario();
  const [one, two] = [await scenario.mona.open('One', ''), await scenario.mona.open('Two', '')];
  const gil = github.createUser('gil');
  const hal = github.createUser('hal');
  const call = (user: typeof gil, number: number) =>
    github
      .as(user)
      .request('POST', `${scenario.at}/issues/${number}/comments`, { body: '/agent fix' });
  await call(gil, one.number);
  await scenario.said(one.number, /`gil`/);
  // Told on the other issue already.
  await call(gil, two.number);
  await call(hal, two.number);
  expect(await scenario.said(two.number, /`hal`/)).not.toContain('`gil`');
  await call(hal, one.number);
  await scenario.mona.comment(one.number, '/agent status');
  await scenario.said(one.number, /no task|There is nothing/i);
  const said: { body: string }[] = await scenario.mona.get(`/issues/${one.number}/comments`);
  expect(said.filter(({ body }) => /it takes the role/.test(body))).toHaveLength(1);
  expect(await tasksOf(scenario)).toEqual([]);
});

it('waits where the repository is archived in the middle of the work, and goes on after that', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(NO_CI_TO_AWAIT);
  const { number } = await scenario.mona.open('It subtracts', '');
  await scenario.mona.label(number, 'agent:fix');
  await scenario.when('to be at work', v => v.runs.some(({ state }) => state === 'running'));
  github.archiveRepository(scenario.repository);
  const waits = await scenario.when('to wait', v => /is archived/.test(v.reason));
  expect(waits).toMatchObject({ status: 'active', waitsOn: 'person' });
  github.archiveRepository(scenario.repository, false);
  const open = await scenario.when('a request', v => v.approval?.status === 'requested');
  await scenario.rey.approve(open.pull?.number ?? 0);
  await scenario.when('the end', v => v.status === 'success');
});

it('begins nothing more for whom access was taken away once they had called, and says so', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario();
  const { rey, repository } = scenario;
  const { number } = await rey.open('It subtracts', '');
  await rey.label(number, 'agent:fix');
  await scenario.when('to be at work', v => v.runs.some(({ state }) => state === 'running'));
  github.removeCollaborator(repository, users.rey);
  const ended = await scenario.when('the end', v => v.status !== 'active');
  expect(ended).toMatchObject({ status: 'failure', pull: null });
  expect(ended.reason).toContain('Starting work takes write access to the repository');
  expect(await scenario.said(number, /Starting work takes write access/)).toMatch(/ask someone/);
});

it('says nothing where the conversation is locked, and takes the label off', async () => {
  const scenario = await environment.scenario();
  const { number } = await scenario.mona.open('It subtracts', '');
  await scenario.mona.request('PUT', `/issues/${number}/lock`, {});
  await scenario.mona.label(number, 'agent:fix');
  await unanswered(scenario, 'issues', 'labeled');
  await until('the label to be off', async () => (await labelsOf(scenario, number)).length === 0);
  expect(await tasksOf(scenario)).toEqual([]);
});

it('rejects once what is for a repository or an installation that is not ours, whatever it says', async () => {
  const { github, app, users, gatehouse } = environment;
  const scenario = await environment.scenario(UNTESTED);
  const { issue } = await scenario.waiting();
  await scenario.mona.comment(issue, '/agent status');
  await github.idle();
  const strangers = github.createOrganization('strangers', users.otto);
  const foreign = await github.createRepository({ owner: strangers, name: 'sum', files: FILES });
  const unknown = 999_999_999;
  const kinds = new Map(
    github
      .deliveries()
      .filter(({ repositoryId }) => repositoryId === scenario.repository.id)
      .map(({ event, action, payload }) => [`${event}.${action}`, { event, payload }]),
  );
  expect(kinds.size).toBeGreaterThan(8);
  let comment = 900_000_000;
  const sent = [...kinds.values()].flatMap(({ event, payload }) =>
    [true, false].map(installed => {
      const read = JSON.parse(payload);
      const { repository, installation, comment: said } = read;
      read.sender = { ...read.sender, id: users.otto.id, login: users.otto.login, type: 'User' };
      repository.id = foreign.id;
      repository.full_name = foreign.fullName;
      repository.owner.login = strangers.login;
      if (!installed) installation.id = unknown;
      if (said) Object.assign(said, { id: ++comment, body: '/agent fix' });
      return { guid: randomUUID(), event, body: JSON.stringify(read) };
    }),
  );
  const answers = await Promise.all(
    sent.map(({ guid, event, body }) =>
      fetch(app.webhookUrl ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': event,
          'x-github-delivery': guid,
          'x-hub-signature-256': `sha256=${createHmac('sha256', app.webhookSecret ?? '')
            .update(body)
            .digest('hex')}`,
        },
        body,
      }),
    ),
  );
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  for (const { guid, event } of sent) {
    const settled = await until(`a foreign ${event} to be settled`, async () => {
      const found = await gatehouse.parts.deliveries.find(guid);
      return found?.state === 'stored' ? null : found;
    });
    // Some are about no task, which is known without asking GitHub.
    expect(['ignored', 'handled']).toContain(settled.state);
  }
  expect(await gatehouse.parts.tasks.list({ repositoryId: foreign.id })).toEqual([]);
});
