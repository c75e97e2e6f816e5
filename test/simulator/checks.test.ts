import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, refused, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
let head_sha: string;
beforeEach(async () => {
  environment = await openEnvironment();
  head_sha = (await environment.openPull()).sha;
});
afterEach(() => environment.close());

test('a check run goes from created to completed, with annotations and a pull request', async () => {
  const { octokit, at, github, receiver, app } = environment;
  const { data: run } = await octokit.rest.checks.create({
    ...at,
    name: 'review',
    head_sha,
    status: 'in_progress',
    external_id: 'task-1',
  });
  const annotation = {
    path: 'src/index.js',
    start_line: 1,
    end_line: 1,
    annotation_level: 'warning' as const,
    message: 'Hm.',
  };
  const output = { title: 'Reviewed', summary: 'All fine.', annotations: [annotation] };
  await octokit.rest.checks.update({ ...at, check_run_id: run.id, output });
  await octokit.rest.checks.update({ ...at, check_run_id: run.id, conclusion: 'success', output });
  const { data } = await octokit.rest.checks.get({ ...at, check_run_id: run.id });
  expect(data).toMatchObject({
    status: 'completed',
    conclusion: 'success',
    external_id: 'task-1',
    app: { id: app.id },
    output: { annotations_count: 2 },
  });
  expect(
    (await octokit.rest.checks.listAnnotations({ ...at, check_run_id: run.id })).data,
  ).toHaveLength(2);
  await github.idle();
  const { payload } = receiver.last('check_run', 'completed');
  expect(payload.check_run).toMatchObject({
    conclusion: 'success',
    pull_requests: [{ head: { sha: head_sha } }],
  });
  expect(receiver.last('check_suite', 'completed').payload.check_suite).toMatchObject({
    head_sha,
    conclusion: 'success',
  });
});

test('rules that the description does not state', async () => {
  const { octokit, at } = environment;
  const create = (more: object) =>
    octokit.rest.checks.create({ ...at, name: 'x', head_sha, ...more });
  const message = async (more: object) => (await refused(create(more))).message;
  expect(await message({ status: 'completed' })).toContain('conclusion is required');
  expect(
    await message({
      output: { title: 't', summary: 's', text: 'x'.repeat(65_535) },
      head_sha: 'f'.repeat(40),
    }),
  ).toContain('No commit found');
  expect(environment.github.violations()).toEqual([]);
});

test('limits that the description states are departures when broken', async () => {
  const { octokit, at } = environment;
  const action = { label: 'Fix', description: 'Fix it', identifier: 'fix' };
  const annotation = {
    path: 'a',
    start_line: 1,
    end_line: 1,
    annotation_level: 'notice',
    message: 'm',
  };
  const output = { title: 't', summary: 's' };
  const tooMuch = [
    { output: { ...output, summary: 'x'.repeat(65_536) } },
    { output: { ...output, annotations: Array.from({ length: 51 }, () => annotation) } },
    { actions: [action, action, action, action] },
    { actions: [{ ...action, label: 'x'.repeat(21) }] },
    { actions: [{ ...action, description: 'x'.repeat(41) }] },
    { actions: [{ ...action, identifier: 'x'.repeat(21) }] },
  ];
  for (const more of tooMuch) {
    expect(
      await refused(octokit.rest.checks.create({ ...at, name: 'x', head_sha, ...more } as never)),
    ).toMatchObject({ status: 422 });
  }
  expect(environment.github.takeViolations()).toHaveLength(tooMuch.length);
});

test('only the App that made a check changes it', async () => {
  const { github, octokit, at, repository } = environment;
  const run = await github.reportCheckRun(repository, {
    name: 'test',
    headSha: head_sha,
    conclusion: 'failure',
    log: 'boom',
  });
  const update = octokit.rest.checks.update({ ...at, check_run_id: run.id, conclusion: 'success' });
  expect(await refused(update)).toMatchObject({ status: 403 });
});

test('the log of a job is behind a link that lasts a minute', async () => {
  const { github, octokit, at, repository, receiver } = environment;
  await github.reportCheckRun(repository, {
    name: 'test',
    headSha: head_sha,
    status: 'in_progress',
  });
  const run = await github.reportCheckRun(repository, {
    name: 'test',
    headSha: head_sha,
    conclusion: 'failure',
    log: 'expected 1, got 2\n',
  });
  await github.idle();
  expect(receiver.last('check_run', 'completed').payload.check_run).toMatchObject({
    id: run.id,
    app: { slug: 'ci' },
  });
  const { data } = await octokit.rest.actions.downloadJobLogsForWorkflowRun({
    ...at,
    job_id: run.id,
  });
  expect(data).toBe('expected 1, got 2\n');
  const link = await fetch(`${github.url}/api/v3/repos/acme/library/actions/jobs/${run.id}/logs`, {
    headers: { authorization: `Bearer ${environment.bob.token}` },
    redirect: 'manual',
  });
  expect(link.status).toBe(302);
  const location = link.headers.get('location') ?? '';
  expect(await (await fetch(location)).text()).toBe('expected 1, got 2\n');
  github.advanceClock(60_000);
  expect((await fetch(location)).status).toBe(403);
  const job = await octokit.rest.actions.getJobForWorkflowRun({ ...at, job_id: run.id });
  expect(job.data).toMatchObject({ id: run.id, conclusion: 'failure', head_sha });
});

test('a person asks for a check again, or presses one of its buttons: its owner hears', async () => {
  const { octokit, at, github, receiver, repository, bob } = environment;
  const actions = [{ label: 'Fix it', description: 'Let it be fixed', identifier: 'fix' }];
  const { data } = await octokit.rest.checks.create({
    ...at,
    name: 'gate',
    head_sha,
    conclusion: 'action_required',
    status: 'completed',
    actions,
  });
  await environment.as(bob).rest.checks.rerequestRun({ ...at, check_run_id: data.id });
  await github.requestCheckAction(repository, data.id, 'fix', bob);
  await github.idle();
  expect(receiver.last('check_run', 'rerequested').payload.sender.login).toBe('bob');
  expect(receiver.last('check_run', 'requested_action').payload).toMatchObject({
    requested_action: { identifier: 'fix' },
    sender: { login: 'bob' },
  });
});

test('statuses add up', async () => {
  const { octokit, at } = environment;
  const report = (context: string, state: 'success' | 'failure') =>
    octokit.rest.repos.createCommitStatus({ ...at, sha: head_sha, state, context });
  await report('a', 'success');
  await report('b', 'failure');
  const combined = async () =>
    (await octokit.rest.repos.getCombinedStatusForRef({ ...at, ref: head_sha })).data;
  expect(await combined()).toMatchObject({ state: 'failure', total_count: 2 });
  await report('b', 'success');
  expect(await combined()).toMatchObject({ state: 'success', total_count: 2 });
});
