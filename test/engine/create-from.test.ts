/** Tasks that no command on GitHub made: from a call, a schedule, and about an issue all the same. */

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { steererOf } from '../../src/core/actor.ts';
import { byPerson, type Requester } from '../../src/core/origin.ts';
import { streamName, taskStream } from '../../src/core/stream.ts';
import { createdOf } from '../../src/core/task/state/state.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { onDispatch } from '../../src/engine/intake/calls/dispatch.ts';
import { submitBacklog } from '../../src/engine/intake/calls/submit-backlog.ts';
import { play } from '../../src/engine/intake/commands/play.ts';
import { createFrom, type TaskOrder } from '../../src/engine/intake/create/create-task.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { CONFIG_PATH } from '../../src/engine/policies/rule-files.ts';
import { asTask } from '../../src/engine/streams.ts';
import { created, HISTORY } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { issue, MONA, openPull, REPOSITORY, RHEA } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

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

const TOKEN: Requester = { kind: 'token', id: 'ci', project: 'billing' };
const order = (over: Partial<TaskOrder> = {}): TaskOrder => ({
  repository,
  origin: { kind: 'call', key: 'ci/build-7' },
  requester: TOKEN,
  command: { name: 'fix', text: 'Mind the tests.' },
  graph: 'fix',
  about: null,
  goal: { title: 'The build is red', body: 'Since 7.' },
  taint: [],
  planned: null,
  runs: null,
  target: null,
  label: null,
  key: 'call ci/build-7',
  delivery: null,
  ...over,
});
/** The task that was made of it. */
async function create(of: TaskOrder): Promise<string> {
  const created = await createFrom(services, of);
  if (created.outcome !== 'created') throw new Error(JSON.stringify(created));
  return created.task;
}
async function admit(task: string) {
  const stream = taskStream(task);
  const job = { stream: streamName(stream), key: 'decide:task.start:task' };
  await performEffect(services, job, new AbortController().signal);
  return asTask(await loadFolded(services.log, stream)).state;
}

it('a call makes one task, however often it comes; its token answers for it, and policy is told', async () => {
  const task = await create(order());
  expect(await createFrom(services, order())).toEqual({ outcome: 'repeated', task });
  const [created] = await services.events(taskStream(task));
  expect(created).toMatchObject({
    actor: TOKEN,
    correlation: { task },
    data: { issue: null, target: null, requester: TOKEN, instructions: 'Mind the tests.' },
  });
  const state = await admit(task);
  expect(state).toMatchObject({
    status: 'active',
    decisions: [{ outcome: 'allow', policies: ['admit-tokens'] }],
  });
  expect(await services.tasks.find(task)).toMatchObject({
    issue: null,
    origin: 'call',
    originKey: 'call:ci/build-7',
    requester: 'the token ci of billing',
    branch: expect.stringMatching(/^gatehouse\/call-[0-9a-f]{16}$/),
  });
});

it('one task of a schedule is open at a time', async () => {
  const nightly = (key: string) =>
    order({
      origin: { kind: 'schedule', name: 'nightly' },
      requester: { kind: 'repository' },
      key,
    });
  const task = await create(nightly('monday'));
  const busy = { outcome: 'refused', answer: { code: 'busy', task } };
  expect(await createFrom(services, nightly('tuesday'))).toEqual(busy);
  expect(await admit(task)).toMatchObject({ decisions: [{ policies: ['admit-schedules'] }] });
  const command = {
    type: 'cancel',
    by: steererOf(MONA),
    target: { kind: 'issue', number: 1 },
  } as const;
  await services.handle({ stream: taskStream(task), command, actor: { kind: 'gatehouse' } });
  expect(await create(nightly('tuesday'))).not.toBe(task);
});

it('on the pull request of a task that is open no second one begins', async () => {
  const id = `${repository.id}-7-0a1b2c3d`;
  const [, ...steps] = HISTORY.published;
  await beginTask(services.log, id, [created({ repository, issue: 7 }), ...steps]);
  const sha = services.remote.git('rev-parse', 'main');
  services.github.pulls.set(2, openPull(2, { ref: 'ours', sha, repositoryId: repository.id }));
  const about = { issue: issue(2, { isPull: true }), isPull: true };
  const busy = { outcome: 'refused', answer: { code: 'busy', task: id } };
  expect(await createFrom(services, order({ about }))).toEqual(busy);
});

it('an order that has made its task is not judged anew', async () => {
  const about = { issue: issue(6), isPull: false };
  const task = await create(order({ about }));
  const closed = { issue: issue(6, { state: 'closed' }), isPull: false };
  const again = { outcome: 'repeated', task };
  expect(await createFrom(services, order({ about: closed }))).toEqual(again);
});

it('what is about an issue is one with it, whoever asks', async () => {
  const about = {
    issue: { ...issue(5), author: { ...RHEA, role: 'read' as const } },
    isPull: false,
  };
  const task = await create(order({ about, goal: about.issue }));
  expect(await services.tasks.find(task)).toMatchObject({ issue: 5, originKey: '#5' });
  const item = { kind: 'backlog', backlog: 'b', item: 'i', tracking: null } as const;
  const other = await createFrom(services, order({ about, origin: item, key: 'b/i' }));
  expect(other).toMatchObject({ answer: { code: 'busy', task } });
  // Who wrote the issue taints it, as where a person asks.
  expect((await admit(task)).taint).toMatchObject([{ by: RHEA }]);
});

it('a person without write access is refused by policy, also where a backlog asks for them', async () => {
  const origin = { kind: 'backlog', backlog: 'b', item: 'i', tracking: 3 } as const;
  const task = await create(order({ origin, requester: byPerson(RHEA) }));
  expect(await admit(task)).toMatchObject({ status: 'refused' });
  expect(services.github.written).toEqual([]);
});

it('a task that a hook started tells the one that it came from, once', async () => {
  const first = await create(order());
  const origin = { kind: 'hook', task: first, hook: 'docs' } as const;
  const task = await create(order({ origin, requester: byPerson(RHEA), key: 'hook' }));
  await admit(task);
  const job = { stream: streamName(taskStream(task)), key: 'tell' };
  for (const _ of [1, 2]) await performEffect(services, job, new AbortController().signal);
  const told = await services.events(taskStream(first));
  expect(told.filter(({ type }) => type === 'followup.ended')).toMatchObject([
    { data: { end: { task, outcome: 'refused' } } },
  ]);
});

it('a repository_dispatch makes a task only where the default branch opts in, for who has the role', async () => {
  const send = (by = MONA, command = 'fix', over = {}) =>
    onDispatch(
      { ...services, delivery: 'guid-7' },
      {
        by: { ...by, type: 'User' },
        repository,
        order: { command, text: '', title: 'The build is red', body: '', ...over },
      },
    );
  expect(await send()).toMatch(/^refused: .*does not say `dispatch: \{ commands: \[fix\] \}`$/);
  await services.remote.commit({ [CONFIG_PATH]: 'dispatch: { commands: [fix] }\n' });
  expect(await send(RHEA)).toMatch(/^refused: rhea has the role read here, and it takes write: /);
  expect(await send(MONA, 'approve')).toMatch(
    /^refused: .*approve is no command that starts work; those are: fix, /,
  );
  expect(await send(MONA, 'lint')).toMatch('commands: [lint]');
  expect(await send()).toMatch(/^created task /);
  const created = await send();
  expect(created).toMatch(/^repeated task /);
  const task = created.replace('repeated task ', '');
  const again = (over: object) => send(MONA, 'fix', { title: undefined, task, ...over });
  expect(await again({})).toMatch(/^refused: the task .*say in `text` what is to be done besides/);
  expect(await again({ task: '1-1-0a1b2c3d' })).toMatch(/the repository has no such task/);
  expect(await again({ text: 'Mind the docs.', key: 'night-2' })).toBe(`resumed task ${task}`);
  expect(await again({ text: 'Mind the docs.', key: 'night-2' })).toBe(`resumed task ${task}`);
  const asked = (await services.events(taskStream(task))).filter(
    ({ type }) => type === 'rework.requested',
  );
  expect(asked).toMatchObject([
    {
      actor: { kind: 'person', login: MONA.login },
      data: { by: MONA, caller: null, origin: 'call' },
    },
  ]);
  // A build that is red on the branch of that very task is no other work.
  const [row] = await services.tasks.list({ repositoryId: repository.id });
  const red = (branch = row?.branch) => send(MONA, 'fix', { branch, key: 'night-3' });
  expect(await red()).toBe(`resumed task ${task}`);
  expect((await services.events(taskStream(task))).at(-1)).toMatchObject({
    type: 'rework.requested',
    data: { instructions: 'The build is red' },
  });
  expect(await red('main')).toMatch(/^created task /);
  expect(row).toMatchObject({ origin: 'dispatch', originKey: 'dispatch:guid-7', issue: null });
});

it('a wrong repository_dispatch is answered on the issue that it names, the same once a day', async () => {
  await services.remote.commit({ [CONFIG_PATH]: 'dispatch: { commands: [fix] }\n' });
  let sent = 0;
  const send = async (order: object, by = MONA) => {
    sent += 1;
    const delivery = `dispatch-${repository.id}-${sent}`;
    const call = { command: 'fix', text: '', body: '', issue: 5, ...order };
    const trigger = { by: { ...by, type: 'User' as const }, repository, order: call };
    const note = await onDispatch({ ...services, delivery }, trigger);
    const [answered] = await services.events({ kind: 'delivery', id: delivery });
    return { note, answered };
  };
  const told = async (order: object, by = MONA) => {
    const { note, answered } = await send(order, by);
    expect(note).toMatch(/^refused: .*; answered /);
    return answered?.data;
  };
  const on = (reason: string) => ({
    target: { kind: 'issue', number: 5 },
    answer: { code: 'dispatch_refused', reasons: [expect.stringContaining(reason)] },
  });
  expect(await told({ faults: ['client_payload.role: unknown'] })).toMatchObject(
    on('role: unknown'),
  );
  expect(await told({ command: 'lint' })).toMatchObject(on('commands: [lint]'));
  expect(await told({}, RHEA)).toMatchObject(on('rhea has the role read'));
  expect(await told({ command: 'approve' })).toMatchObject(on('no command that starts work'));
  const again = await send({ command: 'approve' });
  expect(again).toMatchObject({ note: expect.stringContaining('not answered once more') });
  expect(again.answered).toBeUndefined();
  await services.remote.commit({ [CONFIG_PATH]: 'dispatch: 7\n' });
  expect(await told({})).toMatchObject({ answer: { code: 'misconfigured', path: CONFIG_PATH } });
  // Whatever it is, five are told on one issue within an hour.
  expect((await send({ faults: ['another'] })).note).toMatch(/not answered once more$/);
  expect((await send({ issue: undefined, title: 'x' })).note).toMatch(/^refused: (?!.*answered)/);
  // A task that does not go on is told of where it is at work.
  await services.remote.commit({ [CONFIG_PATH]: 'dispatch: { commands: [fix] }\n' });
  const task = await create(order({ about: { issue: issue(6), isPull: false } }));
  expect(await told({ issue: undefined, task })).toMatchObject({
    target: { kind: 'issue', number: 6 },
    answer: { reasons: [expect.stringContaining('say in `text` what is to be done besides')] },
  });
});

it('a task that would come to a role which is switched off is refused before it begins', async () => {
  const rules = (text: string) => services.remote.commit({ [CONFIG_PATH]: text });
  await rules('roles:\n  linter: { enabled: false }\n  reviewer:\n    enabled: false\n');
  const refused = async (over: Partial<TaskOrder> = {}) => {
    const created = await createFrom(services, order(over));
    return created.outcome === 'refused' ? created.answer : created;
  };
  expect(await refused()).toEqual({
    code: 'misconfigured',
    path: CONFIG_PATH,
    faults: [
      'line 4: roles.reviewer.enabled: the role is switched off, and the step "review" of the graph "fix" would end there: switch it on, or write a graph without it, as `graphs.fix`',
    ],
  });
  // A graph of the repository's own, in which a role of its own extends it.
  await services.remote.commit({
    [CONFIG_PATH]:
      'roles: { reviewer: { enabled: false } }\ngraphs:\n  fix:\n    steps: [{ agent: author }, { agent: second, reads_only: true, when: touches("src") }, publish]\n',
    'agents/second.md':
      '---\nname: second\ndescription: Reads.\nextends: reviewer\n---\nRead it.\n',
  });
  expect(await refused()).toMatchObject({
    faults: [expect.stringMatching(/^line 1: .*"second".*: switch it on, or take it out of/)],
  });
  // Its rules are only tried: nobody is kept from working.
  await rules('mode: observe\nroles: { reviewer: { enabled: false } }\n');
  const observed = { origin: { kind: 'call', key: 'observed' }, key: 'observed' } as const;
  expect(await refused(observed)).toMatchObject({ outcome: 'created' });
  // Whoever only mends what is red is not needed for the work.
  await rules('commands: { lint: [eslint] }\nroles: { linter: { enabled: false } }\n');
  const task = await create(order({ origin: { kind: 'call', key: 'mends' }, key: 'mends' }));
  const { graph } = createdOf(asTask(await loadFolded(services.log, taskStream(task))).state);
  expect(graph.steps.find(({ id }) => id === 'lint')).toMatchObject({ remedy: null });
  await rules('');
});

it('a workflow that could not deploy is in the way of tasks that deploy by it, and of no other', async () => {
  const preview = 'preview: { on: pull_request, workflow: gone.yml }';
  const named = 'named: { workflow: gone.yml }';
  const rules = (more = '') =>
    services.remote.commit({
      [CONFIG_PATH]: `environments: { ${preview}, ${named}${more} }\n`,
    });
  const asked = async (key: 'explain' | 'fix' | 'test') => {
    const command = { name: key, text: 'Where?' };
    const about = { issue: issue(9), isPull: false };
    const origin = { kind: 'call', key: `deploys ${key}` } as const;
    const created = await createFrom(
      services,
      order({ command, graph: key, origin, key: `deploys ${key}`, about }),
    );
    return created.outcome === 'refused' ? created.answer : created;
  };
  await rules(', staging: { on: merge, workflow: gone.yml }');
  expect(await asked('fix')).toMatchObject({
    code: 'misconfigured',
    faults: [expect.stringMatching(/^line 1: environments\.staging\.workflow: there is no /)],
  });
  expect(await asked('explain')).toMatchObject({ outcome: 'created' });
  await rules();
  // Nothing else refuses it: only the open task is in its way.
  expect(await asked('fix')).toMatchObject({ code: 'busy' });
  await services.remote.commit({ [CONFIG_PATH]: '' });
});

it('what can only be about a pull request, or an issue, is refused where it is about none', async () => {
  const asked = async (graph: 'review' | 'triage', about: TaskOrder['about'] = null) => {
    const command = { name: graph, text: '' };
    const created = await createFrom(services, order({ command, graph, about }));
    return created.outcome === 'refused' ? created.answer : created;
  };
  expect(await asked('review')).toMatchObject({
    reasons: ['review works on pull requests only: name one by `issue`.'],
  });
  expect(await asked('triage')).toMatchObject({
    reasons: ['triage works on issues only: name one by `issue`.'],
  });
  expect(await asked('review', { issue: issue(5), isPull: false })).toMatchObject({
    code: 'refused',
  });
});

it('a backlog is refused before it begins where one of its tasks would come to such a role', async () => {
  const files = (command: string) => ({
    [CONFIG_PATH]: 'roles: { reviewer: { enabled: false } }\n',
    'requirements.yaml': `title: A\ntasks: [{ id: a, title: A, command: test }, { id: b, title: B, command: ${command} }]\n`,
  });
  const call = {
    kind: 'command',
    key: null,
    said: null,
    by: { ...MONA, type: 'User' as const },
    repository,
    issue: 71,
    isPull: false,
    label: null,
    target: { kind: 'issue' as const, number: 71 },
    command: { name: 'play' as const, text: '' },
    gathered: false,
  };
  const playing = () => play({ ...services, delivery: 'guid-71' }, call);
  await services.remote.commit(files('fix'));
  expect(await playing()).toMatchObject({
    code: 'misconfigured',
    faults: [expect.stringMatching(/^line 1: roles\.reviewer\.enabled: .*"review".*"fix"/)],
  });
  const submitted = { repository: 'acme/library', title: 'A', tasks: [{ id: 'a', title: 'A' }] };
  const caller = { requester: { kind: 'token' as const, id: 'ci', project: 'p' }, trusted: true };
  expect(await submitBacklog(services, submitted, { caller, key: 'k' })).toMatchObject({
    outcome: 'refused',
    reasons: [expect.stringMatching(/line 1: roles\.reviewer\.enabled: .*"review".*"fix"/)],
  });
  await services.remote.commit(files('lint'));
  expect(await playing()).toBe('plays a backlog of 2');
  await services.remote.commit({ [CONFIG_PATH]: '' });
});

it('a hook starts a task for whom the one before was, and not a fourth one in a row', async () => {
  const hooks = [
    {
      name: 'after',
      by: 'repository' as const,
      on: ['finished' as const],
      start: { command: 'fix', text: 'Write the changelog.' },
    },
  ];
  const cancel = { type: 'cancel' as const, by: steererOf(MONA), target: null };
  /** Ends the task, and has its hook start the next one. */
  const next = async (task: string) => {
    const stream = taskStream(task);
    await services.handle({ stream, command: cancel, actor: { kind: 'gatehouse' } });
    const { open } = await loadFolded(services.log, stream);
    const effect = open.find(({ kind }) => kind === 'start_task');
    if (!effect) throw new Error('no hook is set off');
    const job = { stream: streamName(stream), key: effect.key };
    await performEffect(services, job, new AbortController().signal);
    const [row] = await services.tasks.list({ repositoryId: repository.id, origin: 'hook' });
    return row?.id ?? '';
  };
  await services.remote.commit({
    [CONFIG_PATH]: `commands: { test: ["true"] }\nhooks: ${JSON.stringify(hooks.map(({ by: _, ...hook }) => hook))}\n`,
  });
  const first = await create(order());
  const second = await next(first);
  expect(asTask(await loadFolded(services.log, taskStream(second))).state.created).toMatchObject({
    origin: { kind: 'hook', task: first, hook: 'after' },
    requester: TOKEN,
    instructions: 'Write the changelog.',
  });
  expect(await admit(second)).toMatchObject({ decisions: [{ policies: ['admit-tokens'] }] });
  const third = await next(second);
  const fourth = await next(third);
  expect(new Set([first, second, third, fourth]).size).toBe(4);
  expect(await next(fourth)).toBe(fourth);
  const { followups } = asTask(await loadFolded(services.log, taskStream(fourth))).state;
  expect(followups).toMatchObject([
    { task: 'the hook after', outcome: 'refused', reason: expect.stringContaining('in a row') },
  ]);
});

it('a hook has a command run as all of a task, and no hook of that task runs another', async () => {
  await services.remote.commit({
    [CONFIG_PATH]:
      'commands: { test: ["true"], note: [node, note.js] }\nhooks: [{ name: tell, on: [finished, run_started], step: test, command: note }]\n',
  });
  const task = await create(order({ command: { name: 'test', text: '' }, graph: 'test' }));
  const stream = taskStream(task);
  // Before the step that it names, it is a step of the task itself.
  const { graph } = createdOf(asTask(await loadFolded(services.log, stream)).state);
  expect(graph.steps.map(({ id, needs }) => [id, needs])).toEqual([
    ['tell-1', []],
    ['test', ['tell-1']],
  ]);
  const cancel = { type: 'cancel' as const, by: steererOf(MONA), target: null };
  const end = async (of: string) => {
    const actor = { kind: 'gatehouse' as const };
    await services.handle({ stream: taskStream(of), command: cancel, actor });
    const { open } = await loadFolded(services.log, taskStream(of));
    for (const { key } of open.filter(({ kind }) => kind === 'start_task')) {
      const job = { stream: streamName(taskStream(of)), key };
      await performEffect(services, job, new AbortController().signal);
    }
    return services.tasks.list({ repositoryId: repository.id, origin: 'hook' });
  };
  const [run] = await end(task);
  const made = createdOf(asTask(await loadFolded(services.log, taskStream(run?.id ?? ''))).state);
  expect(made).toMatchObject({
    origin: { kind: 'hook', task, hook: 'tell' },
    graph: { name: 'hook', steps: [{ kind: 'command', command: 'note', keepsChanges: false }] },
  });
  expect(await end(run?.id ?? '')).toHaveLength(1);
});

it('a base is refused where the work is about a pull request, which has one', async () => {
  const sha = services.remote.git('rev-parse', 'main');
  services.github.pulls.set(2, openPull(2, { ref: 'topic', sha, repositoryId: repository.id }));
  const command = { name: 'fix' as const, text: '', base: 'main' };
  const about = { issue: issue(2), isPull: true };
  expect(await createFrom(services, order({ command, about }))).toMatchObject({
    answer: { code: 'refused', reasons: ['#2 has its base already, main: leave `base` out.'] },
  });
});
