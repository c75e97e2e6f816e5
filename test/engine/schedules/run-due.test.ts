/** What the default branch schedules is done when it is due: once, not while the last is open, without a storm. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Schedule } from '../../../src/core/repository-config/schedule.ts';
import { taskStream } from '../../../src/core/stream.ts';
import { onDefaultBranch } from '../../../src/engine/intake/rules/default-branch.ts';
import { faultsHere } from '../../../src/engine/intake/rules/faults-here.ts';
import { rulesOf } from '../../../src/engine/policies/of-repository.ts';
import { CONFIG_PATH } from '../../../src/engine/policies/rule-files.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';
import { WorkspaceRefused } from '../../../src/engine/ports/workspace.ts';
import { runDueSchedules } from '../../../src/engine/schedules/run-due.ts';
import { MONA, REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  const opened = await openServices();
  services = { ...opened, queue: { ...opened.queue, add: async () => {} } };
});
afterAll(() => services.close());

let repository = REPOSITORY;
beforeEach(() => {
  repository = { ...REPOSITORY, id: repository.id + 1 };
});

const HOUR_MS = 3_600_000;
const DAILY =
  'schedule:\n  nightly:\n    cron: "0 3 * * *"\n    command: fix\n    title: Look for what is red\n';

async function push(config: string): Promise<string> {
  await services.remote.commit({ [CONFIG_PATH]: config });
  const head = services.remote.git('rev-parse', 'main');
  return onDefaultBranch({ ...services, delivery: `push-${head}` }, { repository, head });
}
const ours = async () =>
  (await services.schedules.list()).filter(all => all.repository.id === repository.id);
/** Its time was so long ago. */
async function make(due: { hoursAgo: number }): Promise<Date> {
  const [row] = await ours();
  if (!row) throw new Error('there is no schedule');
  const nextAt = new Date(Date.now() - due.hoursAgo * HOUR_MS);
  await services.schedules.settle(row, { nextAt, note: 'made due' });
  return nextAt;
}
const poll = () => runDueSchedules(services)(new AbortController().signal);
const tasks = () => services.tasks.list({ repositoryId: repository.id });
async function cancel(task: string) {
  const by = { kind: 'person', ...MONA } as const;
  const command = { type: 'cancel', by, target: null } as const;
  await services.handle({ stream: taskStream(task), command, actor: { kind: 'gatehouse' } });
}

it('what would start nothing whenever it is due is a fault of the push, at its place', async () => {
  const faults = async (config: string) => {
    const note = await push(config);
    const head = services.remote.git('rev-parse', 'main');
    const at = { repository, commit: head };
    const told = await faultsHere(services, at, await rulesOf(services, repository, head));
    return [note, ...told.map(({ line, message }) => `${line} ${message}`)];
  };
  expect(await faults('schedule: { n: { cron: "@daily", command: lint } }\n')).toEqual([
    `its rules have a fault: ${CONFIG_PATH}; schedules: 1`,
    expect.stringMatching(
      /^1 schedule\.n\.command: the repository has no lint command: name it under `commands`, such as /,
    ),
  ]);
  const lint = 'commands: { lint: [eslint] }\nschedule: { n: { cron: "@daily", command: lint';
  expect(await faults(`${lint} } }\n`)).toEqual(['its rules have no fault; schedules: 1']);
  expect(await faults(`${lint}, base: man } }\n`)).toEqual([
    `its rules have a fault: ${CONFIG_PATH}; schedules: 1`,
    expect.stringMatching(/^2 schedule\.n\.base: there is no branch man/),
  ]);
});

it('a push to the default branch brings it, changes it, and takes it away', async () => {
  expect(await push(DAILY)).toBe('its rules have no fault; schedules: 1');
  const [kept] = await ours();
  expect(kept).toMatchObject({ name: 'nightly', lastAt: null, schedule: { timezone: 'UTC' } });
  expect(kept?.nextAt.toISOString()).toMatch(/T03:00:00\.000Z$/);
  const was = await make({ hoursAgo: 1 });
  await push(`${DAILY}mode: enforce\n`);
  expect((await ours())[0]?.nextAt).toEqual(was);
  await push(DAILY.replace('0 3', '30 4'));
  expect((await ours())[0]?.nextAt.toISOString()).toMatch(/T04:30:00\.000Z$/);
  await push('schedule: { nightly: { cron: "0 25 * * *", command: fix } }\n');
  expect(await ours(), 'what has a fault changes nothing').toHaveLength(1);
  await push(`${DAILY.replace('0 3', '0 5')}roles: { nobody: {} }\n`);
  expect((await ours())[0]?.nextAt.toISOString(), 'nor does a role').toMatch(/T04:30:00\.000Z$/);
  await push('mode: enforce\n');
  expect(await ours()).toEqual([]);
});

it.each([
  'environments: { staging: { on: merge, workflow: gone.yml } }\n',
  'remediate: { ci: true }\nroles: { remediator-ci: { enabled: false } }\n',
  '  broken: { cron: "@daily", command: fix, base: not-there-yet }\n',
  '  nothing: { cron: "@daily", command: review }\n',
])('a fault that closes nothing keeps no schedule from being stored: %j', async fault => {
  expect(await push(`${DAILY}${fault}`)).toMatch(
    /^its rules have a fault: \.github\/gatehouse\.yml; schedules: [12]$/,
  );
  expect((await ours()).map(({ name }) => name)).toContain('nightly');
});

it('each time makes one task, also by two processes; while it is open, the next is skipped', async () => {
  await push(DAILY);
  await make({ hoursAgo: 1 });
  await Promise.all([poll(), poll()]);
  const [task, ...more] = await tasks();
  expect(more).toEqual([]);
  expect(task).toMatchObject({ origin: 'schedule', originKey: 'schedule:nightly', issue: null });
  expect(task?.title).toBe('Look for what is red');
  const [created] = await services.events(taskStream(task?.id ?? ''));
  expect(created).toMatchObject({ data: { requester: { kind: 'repository' } } });
  expect((await ours())[0]).toMatchObject({ note: `started task ${task?.id}` });

  await make({ hoursAgo: 0 });
  await poll();
  expect((await ours())[0]?.note).toBe(`skipped: the task ${task?.id} of the last time is open`);
  await cancel(task?.id ?? '');
  await make({ hoursAgo: 0 });
  await poll();
  expect(await tasks()).toHaveLength(2);
});

it('after days of downtime it is done once, and next in the future', async () => {
  await push(DAILY.replace('0 3 * * *', '*/10 * * * *'));
  await make({ hoursAgo: 72 });
  await poll();
  await poll();
  expect(await tasks()).toHaveLength(1);
  expect((await ours())[0]?.nextAt.getTime()).toBeGreaterThan(Date.now());
});

it('what the default branch says by now counts, and a fault there is noted', async () => {
  await push(DAILY);
  await make({ hoursAgo: 1 });
  await services.remote.commit({ [CONFIG_PATH]: 'schedule: { nightly: { cron: "x" } }\n' });
  await poll();
  expect((await ours())[0]?.note).toMatch(/^refused: .*gatehouse\.yml: line 1: /);
  await make({ hoursAgo: 1 });
  await services.remote.commit({ [CONFIG_PATH]: 'mode: enforce\n' });
  await poll();
  expect(await ours()).toEqual([]);
  expect(await tasks()).toEqual([]);
});

const failing = (error: Error) =>
  runDueSchedules({
    ...services,
    github: {
      ...services.github,
      facts: { ...services.github.facts, defaultBranch: () => Promise.reject(error) },
    },
  })(new AbortController().signal);
const dueNow = async () =>
  (await services.schedules.due(1_000)).filter(all => all.repository.id === repository.id);

it('where GitHub does not answer it stays due, and is put off; where it has no such repository, the next time is awaited', async () => {
  await push(DAILY);
  const due = await make({ hoursAgo: 1 });
  expect(await dueNow()).toHaveLength(1);
  await failing(new GitHubFailure('server', 'It is down.', 502));
  expect((await ours())[0]?.nextAt).toEqual(due);
  expect(await dueNow()).toEqual([]);
  const again = await make({ hoursAgo: 1 });
  await failing(new GitHubFailure('not_found', 'It is gone.', 404));
  expect((await ours())[0]).toMatchObject({ lastAt: again, note: 'refused: It is gone.' });
  expect((await ours())[0]?.nextAt.getTime()).toBeGreaterThan(Date.now());
});

it('what can not be read is refused, and due at its next time', async () => {
  await push(DAILY);
  const due = await make({ hoursAgo: 1 });
  await failing(new WorkspaceRefused('Its tree is too large.'));
  expect((await ours())[0]).toMatchObject({
    lastAt: due,
    note: 'refused: Its tree is too large.',
  });
});

it('one repository, however much of it fails or can not be read, keeps no other waiting', async () => {
  const overdue = (hoursAgo: number) => new Date(Date.now() - hoursAgo * HOUR_MS);
  const schedule = Schedule.parse({ cron: '@daily', command: 'fix' });
  const many = Array.from({ length: 120 }, (_, n) => ({
    ...{ name: `s${n}`, schedule, nextAt: overdue(500 - n) },
  }));
  await services.schedules.replace(repository, many);
  const sql = new pg.Client({ connectionString: services.url });
  await sql.connect();
  await sql.query(
    `UPDATE schedules SET schedule = '{"of":"another version"}' WHERE repository_id = $1 AND name >= 's6'`,
    [repository.id],
  );
  await sql.end();
  const other = { ...repository, id: 9_000 };
  await services.schedules.replace(other, [{ name: 'other', schedule, nextAt: overdue(1) }]);
  const failed = [];
  for (let polls = 0; polls < 3; polls++) failed.push(await failing(new Error('It fails.')));
  expect(failed).toEqual([50, expect.any(Number), 0]);
  expect((await services.schedules.list()).map(({ name }) => name)).toContain('other');
  await services.schedules.replace(other, []);
});
