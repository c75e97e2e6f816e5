/**
 * Names that move in the middle of a task: of the repository, its owner, its default branch, and people. And an
 * installation that is suspended, or may do less, for a while: what people do meanwhile is told by nobody.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { person } from '../demo/environment.ts';
import { until } from '../demo/until.ts';
import {
  FILES,
  openScenarios,
  type ScenarioEnvironment,
  UNTESTED_WITHOUT_CI,
} from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'pushing') });
});
afterAll(() => environment.close());

const at = (repository: string, user: { token: string }) =>
  person(environment.github, user, `/repos/${repository}`);

it('follows the repository, its owner and its default branch, and never another one of the old name', async () => {
  const { github, users, app } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { repository, owner } = scenario;
  const { number: issue } = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue, 'agent:fix');
  await scenario.when('to wait before the push', v => v.approval?.action === 'branch.push');
  await scenario.said(issue, /Approval is needed/);
  const total = `${owner.login}/total`;
  const requested = async (where = total): Promise<string | null> => {
    const said: { body: string }[] = await at(where, users.mona).get(`/issues/${issue}/comments`);
    const asked = said.flatMap(
      ({ body }) => /\/agent approve ([0-9a-f]{12})/.exec(body)?.[1] ?? [],
    );
    return asked.at(-1) ?? null;
  };
  const first = await requested(repository.fullName);

  github.renameRepository(repository, 'total');
  await github.renameBranch(repository, 'main', 'trunk');
  // Somebody takes the old name, where the App reaches it and everybody has the same rights.
  const taken = await github.createRepository({ owner, name: 'sum', files: FILES });
  for (const user of [users.mona, users.rey]) github.addCollaborator(taken, user, 'maintain');
  await at(taken.fullName, users.mona).open('Another one', '');
  // The base is another one, and so it is asked anew.
  await at(total, users.rey).comment(issue, '/agent approve');
  const capsule = await until('another request', async () => {
    const asked = await requested();
    return asked !== first ? asked : null;
  });
  await at(total, users.rey).comment(issue, `/agent approve ${capsule}`);
  const open = await scenario.when(
    'a request for the merge',
    v => v.approval?.action === 'pr.merge',
  );
  const pull = await at(total, users.mona).get(`/pulls/${open.pull?.number}`);
  expect(pull).toMatchObject({ base: { ref: 'trunk' }, state: 'open' });
  expect(open.base.ref).toBe('trunk');

  const elsewhere = github.createOrganization(`${owner.login}-two`, users.mona);
  github.installApp(app, elsewhere, 'all');
  github.transferRepository(repository, elsewhere);
  await at(`${elsewhere.login}/total`, users.rey).approve(pull.number);
  await scenario.when('the end', v => v.status === 'success');
  const after = await at(`${elsewhere.login}/total`, users.mona).get(`/pulls/${pull.number}`);
  expect(after.merged).toBe(true);

  const other = at(taken.fullName, users.mona);
  const branches: { name: string }[] = await other.get('/branches');
  expect(branches.map(({ name }) => name)).toEqual(['main']);
  expect(await other.get('/issues?state=all')).toHaveLength(1);
  expect(await other.get('/issues/1/comments')).toEqual([]);
});

it('knows people by their ids: the same person under another login, another person under the same', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { repository } = scenario;
  const ada = github.createUser('ada');
  const bea = github.createUser('bea');
  for (const user of [ada, bea]) github.addCollaborator(repository, user, 'maintain');
  const as = (user: { token: string }) => at(repository.fullName, user);
  const { number: issue } = await as(ada).open('It subtracts', 'Two and two is four.');
  await as(ada).label(issue, 'agent:fix');
  await scenario.when('to wait before the push', v => v.approval?.action === 'branch.push');
  await scenario.said(issue, /Approval is needed/);
  github.renameAccount(ada, 'ada-lovelace');
  const stranger = github.createUser('ada');
  github.addCollaborator(repository, stranger, 'maintain');

  // Whoever asked is still who asked.
  await as(ada).comment(issue, '/agent approve');
  expect(await scenario.said(issue, /nobody approves their own work/)).toContain('ada-lovelace');
  // The stranger is nobody who asked.
  await as(stranger).comment(issue, '/agent approve');
  const open = await scenario.when(
    'a request for the merge',
    v => v.approval?.action === 'pr.merge',
  );
  const pull = open.pull?.number ?? 0;

  await github.protectBranch(repository, 'main', { requiredChecks: [{ context: 'ci' }] });
  await scenario.said(pull, /Approval is needed/);
  await as(bea).comment(pull, '/agent approve');
  await scenario.when('to wait for its check', v => /ci/.test(v.reason));
  github.renameAccount(bea, 'beatrice');
  github.addCollaborator(repository, github.createUser('bea'), 'maintain');
  await as(ada).request('POST', `/statuses/${open.pull?.head}`, {
    context: 'ci',
    state: 'success',
  });
  const done = await scenario.when('the end', v => v.status === 'success');
  expect(done.approvals.at(-1)?.by).toMatchObject([{ id: bea.id }]);
  expect((await scenario.events('approval.granted')).at(-1)?.data.by).toMatchObject([
    { id: bea.id },
  ]);
});

it('follows an owner who is renamed, and not who takes their name', async () => {
  const { github, users, app } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { repository, owner } = scenario;
  const { number: issue } = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue, 'agent:fix');
  await scenario.when('to wait before the push', v => v.approval?.action === 'branch.push');
  await scenario.said(issue, /Approval is needed/);
  const was = owner.login;
  github.renameAccount(owner, `${was}-renamed`);
  const strangers = github.createOrganization(was, users.mona);
  const taken = await github.createRepository({ owner: strangers, name: 'sum', files: FILES });
  github.installApp(app, strangers, 'all');
  for (const user of [users.mona, users.rey]) github.addCollaborator(taken, user, 'maintain');
  const now = `${was}-renamed/sum`;
  await at(now, users.rey).comment(issue, '/agent approve');
  const open = await scenario.when(
    'a request for the merge',
    v => v.approval?.action === 'pr.merge',
  );
  await at(now, users.rey).approve(open.pull?.number ?? 0);
  await scenario.when('the end', v => v.status === 'success');
  expect((await at(now, users.mona).get(`/pulls/${open.pull?.number}`)).merged).toBe(true);
  const branches: { name: string }[] = await at(taken.fullName, users.mona).get('/branches');
  expect(branches.map(({ name }) => name)).toEqual(['main']);
  expect(repository.id).not.toBe(taken.id);
});

it('does nothing in a repository that has the name of one that was deleted', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { repository, owner } = scenario;
  const { number: issue } = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue, 'agent:fix');
  const view = await scenario.when(
    'to wait before the push',
    v => v.approval?.action === 'branch.push',
  );
  const asked = await scenario.said(issue, /Approval is needed/);
  const [, capsule] = /\/agent approve ([0-9a-f]{12})/.exec(asked) ?? [];
  await github.idle();
  github.deleteRepository(repository);
  const other = await github.createRepository({ owner, name: 'sum', files: FILES });
  for (const user of [users.mona, users.rey]) github.addCollaborator(other, user, 'maintain');
  const { number } = await at(other.fullName, users.mona).open('It subtracts', '');
  expect(number).toBe(issue);
  await at(other.fullName, users.rey).comment(number, `/agent approve ${capsule}`);
  await until('an answer', async () => {
    const said: { body: string }[] = await at(other.fullName, users.mona).get(
      `/issues/${number}/comments`,
    );
    return said.some(({ body }) => /no task of mine|There is nothing/i.test(body));
  });
  const branches: { name: string }[] = await at(other.fullName, users.mona).get('/branches');
  expect(branches.map(({ name }) => name)).toEqual(['main']);
  const { tasks } = environment.gatehouse.parts;
  expect(await tasks.list({ repositoryId: other.id })).toEqual([]);
  expect((await tasks.find(view.id))?.status).not.toBe('success');
});

it('goes on at once where it was suspended and is let in again, in whatever step that is', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { installation } = scenario;
  const suspended = async () => {
    github.suspendInstallation(installation, true);
    await scenario.when('to be shut out', v => /suspended/.test(v.reason));
    // The next try by itself is far off by then.
    await until('some tries', async () => {
      const failed = await scenario.events('effect.failed');
      return failed.some(({ data }) => Number(data.failures) >= 3);
    });
    github.suspendInstallation(installation, false);
  };
  const { number: issue } = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue, 'agent:fix');
  await scenario.when('to be at work', v => v.runs.some(({ state }) => state === 'running'));
  await suspended();
  await scenario.when('to wait before the push', v => v.approval?.action === 'branch.push');
  await scenario.said(issue, /Approval is needed/);
  await scenario.rey.comment(issue, '/agent approve');
  const open = await scenario.when(
    'a request for the merge',
    v => v.approval?.action === 'pr.merge',
  );
  // Nobody tells of what people do meanwhile.
  github.suspendInstallation(installation, true);
  await scenario.rey.approve(open.pull?.number ?? 0);
  github.suspendInstallation(installation, false);
  await scenario.when('the end', v => v.status === 'success');
});

it('hears soon what was written while it was suspended: a label, commands, a review', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { installation, mona, rey } = scenario;
  const { number: asked } = await mona.open('What can you do', 'Tell us.');
  const { number: issue } = await mona.open('It subtracts', 'Two and two is four.');
  await github.idle();
  github.suspendInstallation(installation, true);
  await mona.comment(asked, '/agent help');
  await mona.label(issue, 'agent:fix');
  await github.idle();
  github.suspendInstallation(installation, false);
  await scenario.said(asked, /\/agent fix/);
  await scenario.when('to wait before the push', v => v.approval?.action === 'branch.push');
  await scenario.said(issue, /Approval is needed/);

  github.suspendInstallation(installation, true);
  await rey.comment(issue, '/agent approve');
  await github.idle();
  github.suspendInstallation(installation, false);
  const open = await scenario.when(
    'a request for the merge',
    v => v.approval?.action === 'pr.merge',
  );
  const pull = open.pull?.number ?? 0;

  github.suspendInstallation(installation, true);
  await rey.approve(pull);
  await github.idle();
  github.suspendInstallation(installation, false);
  await scenario.when('the end', v => v.status === 'success');
  expect(await mona.get(`/issues/${asked}/comments`)).toHaveLength(2);
});

it('waits while it lacks a permission, says so, and goes on once that is granted', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { installation, mona, rey } = scenario;
  const { permissions } = installation;
  const { number: issue } = await mona.open('It subtracts', 'Two and two is four.');
  await mona.label(issue, 'agent:fix');
  await scenario.when('to be at work', v => v.runs.some(({ state }) => state === 'running'));
  github.lowerPermissions(installation, { issues: 'read', pull_requests: 'read' });
  const silent = await scenario.when('to wait', v => /lacks a permission/.test(v.reason));
  expect(silent).toMatchObject({ status: 'active', waitsOn: 'person' });
  github.acceptPermissions(installation, permissions);
  await scenario.said(issue, /Approval is needed/);

  github.lowerPermissions(installation, { contents: 'read' });
  await rey.comment(issue, '/agent approve');
  await scenario.when('to wait again', v => /lacks a permission/.test(v.reason));
  const [failed] = (await scenario.events('effect.failed')).slice(-1);
  expect(failed?.data).toMatchObject({
    class: 'not_granted',
    message: expect.stringContaining('contents: write'),
  });
  github.acceptPermissions(installation, permissions);
  await scenario.when('a request for the merge', v => v.approval?.action === 'pr.merge');
});
