/** A stored delivery becomes one command: every kind of trigger, and what people are told. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Person, Repository } from '../../src/core/actor.ts';
import { GHOST, steererOf } from '../../src/core/actor.ts';
import { capsuleId } from '../../src/core/approvals/request.ts';
import type { BacklogData } from '../../src/core/backlog/events.ts';
import type { BacklogItem } from '../../src/core/backlog/plan.ts';
import type { CommandName } from '../../src/core/commands/commands.ts';
import { byPerson } from '../../src/core/origin.ts';
import type { Reply } from '../../src/core/reply.ts';
import { DELIVERY } from '../../src/core/retry.ts';
import { backlogStream, callersStream, type StreamRef, streamName } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import type { TaskState } from '../../src/core/task/state/state.ts';
import type { CommandCall, Ignored } from '../../src/core/trigger.ts';
import { digestOf } from '../../src/engine/chain.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import { receive } from '../../src/engine/intake/receive.ts';
import { performEffect } from '../../src/engine/perform/perform.ts';
import { CONFIG_PATH } from '../../src/engine/policies/rule-files.ts';
import { GitHubFailure, NotInstalled } from '../../src/engine/ports/github.ts';
import { WorkspaceRefused } from '../../src/engine/ports/workspace.ts';
import { asTask } from '../../src/engine/streams.ts';
import { created, decided, HISTORY, sha } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { type AnyTrigger, issue, MONA, OTTO, openPull, REPOSITORY, REY, RHEA } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
let aheadMs = 0;
beforeAll(async () => {
  const opened = await openServices();
  services = {
    ...opened,
    clock: { now: () => new Date(Date.now() + aheadMs) },
    // These tests follow deliveries and effects themselves.
    queue: { ...opened.queue, add: async () => {} },
  };
  await services.remote.commit({ [CONFIG_PATH]: 'commands:\n  test: [node, test.js]\n' });
});
afterAll(() => services.close());

let repository: Repository;
beforeEach(() => {
  // Each test has a repository and an installation of its own: its issues, and what is counted there.
  const id = (repository?.id ?? 100) + 1;
  repository = { ...REPOSITORY, id, installation: id };
  services.github.issues.clear();
  services.github.pulls.clear();
  services.github.failures.length = 0;
  services.github.written.length = 0;
  services.logged.length = 0;
  aheadMs = 0;
});

let guids = 0;
/** Stored, as after its acknowledgement. */
async function store(trigger: AnyTrigger | Ignored): Promise<string> {
  const guid = `guid-${++guids}`;
  const body = Buffer.from(JSON.stringify({ ...trigger, unlike: guid }));
  expect(await services.deliveries.receive({ guid, event: 'test', body })).toBe('stored');
  return guid;
}
async function deliver(trigger: AnyTrigger | Ignored): Promise<string> {
  const guid = await store(trigger);
  await receive(services, guid);
  return guid;
}
const AT = '2026-11-21T10:00:00.000Z';
const account = ({ id, login }: Person) => ({ id, login, type: 'User' as const });
let comments = 0;
const commented = (body: string) =>
  ({ via: 'issue_comment', id: ++comments, body, at: AT, commit: null }) as const;
/** `/agent NAME` by somebody, on an issue or a pull request. */
const call = (name: CommandName, by: Person, over: Partial<CommandCall> = {}) =>
  ({
    kind: 'command',
    key: null,
    commands: [{ name, text: '' }],
    by: account(by),
    repository,
    issue: 1,
    isPull: false,
    label: null,
    target: { kind: 'issue_comment', number: over.issue ?? 1, id: ++comments },
    ...over,
  }) as CommandCall;
const onPull = { issue: 2, isPull: true } as const;

const stateOf = async (id: string): Promise<TaskState> =>
  asTask(await loadFolded(services.log, { kind: 'task', id })).state;
const tasks = () => services.tasks.list({ repositoryId: repository.id });
const answersTo = async (guid: string): Promise<Reply[]> => {
  const events = await services.events({ kind: 'delivery', id: guid });
  return events.flatMap(({ type, data }) =>
    type === 'delivery.answered' ? [data.answer as Reply] : [],
  );
};
/** The callers who were turned away on this day. */
const turnedAway = async () => {
  const stream = callersStream(repository.id, await services.now());
  return (await services.events(stream)).flatMap(({ type, data }) =>
    type === 'caller.turned_away' ? [data] : [],
  );
};
const noteOf = async (guid: string) => {
  const stored = await services.deliveries.find(guid);
  return stored?.state;
};
/** A task of this repository as far as these commands bring it. */
async function task(...commands: TaskCommand[]): Promise<string> {
  const [first, ...rest] = commands;
  if (first?.type !== 'create') throw new Error('a task begins with its creation');
  const id = `task-${repository.id}`;
  const data = { ...first.data, repository, issue: 1 };
  await beginTask(services.log, id, [{ type: 'create', data }, ...rest]);
  return id;
}
const typesOf = async (id: string) =>
  (await services.events({ kind: 'task', id })).map(event => event.type);
const lastEventOf = async (stream: StreamRef) => (await services.events(stream)).at(-1);
const lastOf = (id: string) => lastEventOf({ kind: 'task', id });
/** Issue 1 has a backlog of one item, which starts at once. */
function backlogOfOne(): BacklogData<'backlog.created'> {
  const page: BacklogItem = {
    ...{ id: 'page', title: 'A page', body: '', acceptance: [], needs: [], command: 'fix' },
    ...{ group: null, service: null, base: null, issue: null, isDone: false },
  };
  return {
    repository,
    requester: byPerson(MONA),
    source: { kind: 'sub_issues' },
    tracking: 1,
    plan: { title: 'X', items: [page], atOnce: 1, limits: { groups: {}, services: {} } },
    digest: digestOf(''),
    asks: false,
  };
}
/** Performs these effects, one after the other. */
async function perform(stream: StreamRef, ...keys: string[]): Promise<void> {
  for (const key of keys)
    await performEffect(
      services,
      { stream: streamName(stream), key },
      new AbortController().signal,
    );
}

describe('somebody asks for work', () => {
  it.each([
    ['other', /^gatehouse\/issue-1-/],
    ['branch', /^gatehouse-issue-1-/],
    ['tag', /^gatehouse-issue-1-/],
  ] as const)(
    'on a branch that git lets us have, where somebody has a %s gatehouse',
    async (taken, name) => {
      const { branches, tags } = services.github;
      const names = { branch: branches, tag: tags, other: new Map<string, string>() }[taken];
      names.set('gatehouse', '1'.repeat(40));
      await deliver(call('fix', MONA));
      names.clear();
      const [row] = await tasks();
      expect(row?.branch).toMatch(name);
    },
  );

  it('makes a task with everything that is looked up once', async () => {
    const target = { kind: 'issue', number: 1 } as const;
    const guid = await deliver(call('fix', MONA, { label: 'agent:fix', target }));
    expect(await noteOf(guid)).toBe('handled');
    const [row] = await tasks();
    expect(row).toMatchObject({
      issue: 1,
      command: 'fix',
      title: 'It subtracts',
      status: 'proposed',
      open: true,
      requester: 'mona',
      repository: 'acme/library',
      pull: null,
    });
    const { created: made, taint } = await stateOf(row?.id ?? '');
    expect(made).toMatchObject({
      mode: 'live',
      label: 'agent:fix',
      target,
      requester: MONA,
      base: { ref: 'main', sha: services.remote.git('rev-parse', 'main') },
      config: { commands: { test: ['node', 'test.js'] }, remediate: { ci: false } },
      graph: { name: 'fix', reworkFrom: 'author' },
    });
    expect(taint).toEqual([]);
    expect(await lastOf(row?.id ?? '')).toMatchObject({
      actor: { kind: 'person', ...MONA },
      correlation: { delivery: guid, task: row?.id },
    });
    expect(await answersTo(guid)).toEqual([]);
  });

  it('records who taints it by a comment, once for each person', async () => {
    const by = { ...OTTO, role: 'none' as const };
    const at = '2026-11-21T10:00:00Z';
    const comments = [1, 2].map(() => ({ by, body: 'me too', at, on: 'issue #1' }));
    services.github.issues.set(1, issue(1, { comments }));
    await deliver(call('fix', MONA));
    const [row] = await tasks();
    expect((await stateOf(row?.id ?? '')).taint).toEqual([
      { source: 'a comment on issue #1', by: OTTO, reason: 'otto has the role none.' },
    ]);
  });

  it('records who taints it, with the source', async () => {
    services.github.issues.set(1, issue(1, { author: { ...OTTO, role: 'none' } }));
    await deliver(call('fix', MONA));
    const [row] = await tasks();
    expect((await stateOf(row?.id ?? '')).taint).toEqual([
      { source: 'the text of issue #1', by: OTTO, reason: 'otto has the role none.' },
    ]);
  });

  it('is only described where no agent is switched on', async () => {
    const settings = { ...services.settings, simulation: null };
    const guid = await store(call('fix', MONA));
    await receive({ ...services, settings }, guid);
    const [row] = await tasks();
    expect((await stateOf(row?.id ?? '')).created).toMatchObject({ mode: 'dry_run' });
  });

  it.each([
    ['locked', { locked: true }, 'The issue is locked: unlock it, and call again.'],
    ['closed', { state: 'closed' as const }, 'The issue is closed: reopen it, and call again.'],
  ])('is refused on an issue that is %s, with the reason', async (_, state, reason) => {
    services.github.issues.set(1, issue(1, state));
    const guid = await deliver(call('fix', MONA));
    expect(await tasks()).toEqual([]);
    expect(await answersTo(guid)).toEqual([{ code: 'refused', command: 'fix', reasons: [reason] }]);
  });

  it('is told who is at it already', async () => {
    await deliver(call('fix', MONA));
    const [row] = await tasks();
    const guid = await deliver(call('fix', MONA));
    expect(await answersTo(guid)).toEqual([{ code: 'busy', task: row?.id }]);
    expect(await tasks()).toHaveLength(1);
  });

  it('makes one task where ten people ask at once; nine are told', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => deliver(call('fix', MONA))));
    const [row] = await tasks();
    const answers = (await Promise.all(asked.map(answersTo))).flat();
    expect(answers).toEqual(Array.from({ length: 9 }, () => ({ code: 'busy', task: row?.id })));
    expect(await tasks()).toHaveLength(1);
  });

  it('is told what is wrong with the configuration', async () => {
    const broken = await services.remote.commit({ [CONFIG_PATH]: 'surprise: 1\n' }, 'broken');
    const facts = {
      ...services.github.facts,
      defaultBranch: async () => ({
        ...(await services.github.facts.defaultBranch(REPOSITORY)),
        sha: broken,
      }),
    };
    const guid = await store(call('fix', MONA));
    await receive({ ...services, github: { ...services.github, facts } }, guid);
    expect(await answersTo(guid)).toEqual([
      {
        code: 'misconfigured',
        path: '.github/gatehouse.yml',
        faults: ['line 1: surprise: unknown key'],
      },
    ]);
  });

  it.each([
    ['lint', { [CONFIG_PATH]: 'commands:\n  test: [node, test.js]\n' }, 'make'],
    ['lint', { 'package.json': '{ "scripts": { "test": "node test.js" } }' }, 'npm'],
    [
      'test',
      { [CONFIG_PATH]: null, 'package.json': '{ "scripts": { "lint": "biome check" } }' },
      'npm',
    ],
    ['test', { [CONFIG_PATH]: null }, 'make'],
  ] as const)('is told once which command is missing for %s', async (name, files, program) => {
    const commit = await services.remote.commit({ ...files }, `lacking-${++guids}`, 'main');
    const facts = {
      ...services.github.facts,
      defaultBranch: async () => ({
        ...(await services.github.facts.defaultBranch(REPOSITORY)),
        sha: commit,
      }),
    };
    const guid = await store(call(name, MONA, { label: `agent:${name}` }));
    await receive({ ...services, github: { ...services.github, facts } }, guid);
    expect(await noteOf(guid)).toBe('handled');
    expect(await answersTo(guid)).toEqual([
      {
        code: 'missing_command',
        command: name,
        lacks: name,
        example: [program, ...(program === 'npm' && name === 'lint' ? ['run', name] : [name])],
        notes: [],
      },
    ]);
    expect(await tasks()).toEqual([]);
  });

  it('is told which tools the machine lacks, before anything runs', async () => {
    const findProgram = async (name: string) => (name === 'npm' ? '/usr/bin/npm' : null);
    const guid = await store(call('fix', MONA));
    await receive({ ...services, findProgram }, guid);
    expect(await answersTo(guid)).toEqual([
      {
        code: 'missing_tools',
        missing: [
          {
            program: 'node',
            command: 'node test.js',
            install: 'apt-get install nodejs',
          },
        ],
      },
    ]);
    expect(await tasks()).toEqual([]);
  });

  it('is told with all others of the day that they may not, and blocks nobody', async () => {
    for (const by of [RHEA, OTTO, RHEA]) await deliver(call('fix', by));
    expect(await tasks()).toEqual([]);
    const stream = callersStream(repository.id, await services.now());
    expect(await turnedAway()).toMatchObject([
      { by: RHEA, command: 'fix', needs: 'write' },
      { by: OTTO, command: 'fix', needs: 'write' },
    ]);
    aheadMs = 60_000;
    await perform(stream, 'answer:1', 'answer:1');
    expect(services.github.written.filter(written => written.kind === 'answer')).toMatchObject([
      { answer: { code: 'turned_away', logins: ['rhea', 'otto'] }, target: { kind: 'issue' } },
    ]);
    await deliver(call('fix', MONA));
    expect((await tasks()).map(({ open }) => open)).toEqual([true]);
  });

  it('has their label taken off each time, though they are told once', async () => {
    const used: unknown[] = [];
    for (const issue of [1, 2, 1]) {
      const guid = await deliver(call('fix', RHEA, { issue, label: 'agent:fix' }));
      for (const { type, data } of await services.events({ kind: 'delivery', id: guid }))
        if (type === 'delivery.label_used') used.push(data);
    }
    expect(used).toMatchObject([1, 2, 1].map(issue => ({ issue, label: 'agent:fix' })));
    expect(await turnedAway()).toHaveLength(1);
  });

  it('is told by policy that the task may not start, with the reason, once', async () => {
    await deliver(call('fix', MONA));
    const [row] = await tasks();
    const stream = { kind: 'task' as const, id: row?.id ?? '' };
    services.github.roles.set(MONA.id, 'read');
    await perform(stream, 'decide:task.start:task', 'answer:refused', 'answer:refused');
    services.github.roles.set(MONA.id, 'maintain');
    expect(await stateOf(stream.id)).toMatchObject({ status: 'refused' });
    const shown = services.github.written.filter(({ kind }) => kind !== 'acknowledge');
    expect(shown).toMatchObject([
      { answer: { code: 'refused', reasons: [expect.stringMatching(/write access/)] } },
    ]);
    // The issue is free again.
    await deliver(call('fix', MONA));
    expect((await tasks()).map(({ open }) => open)).toEqual([true, false]);
  });

  it('is answered at once where the repository has no commit, and the label can call again', async () => {
    const none = new GitHubFailure('empty', 'acme/library has no commit on main.', null);
    const { facts } = services.github;
    const defaultBranch = () => Promise.reject(none);
    const github = { ...services.github, facts: { ...facts, defaultBranch } };
    const guid = await store(call('fix', MONA, { label: 'agent:fix' }));
    await receive({ ...services, github }, guid);
    expect(await answersTo(guid)).toMatchObject([
      { code: 'refused', reasons: [expect.stringMatching(/push a first one/)] },
    ]);
    expect((await lastEventOf({ kind: 'delivery', id: guid }))?.data).toMatchObject({
      issue: 1,
      label: 'agent:fix',
    });
  });

  it('is not answered where the issue is gone: that is said once, and not tried again', async () => {
    const guid = await store(call('fix', MONA));
    const gone = new GitHubFailure('not_found', 'issue #1: This issue was deleted', 410);
    services.github.failures.push(gone, gone, gone, gone);
    await expect(receive(services, guid)).rejects.toThrow('deleted');
    aheadMs = 11_000;
    await receive(services, guid);
    expect(await noteOf(guid)).toBe('failed');
    expect(
      services.logged.filter(({ level }) => level === 'warn' || level === 'error'),
    ).toMatchObject([{ level: 'warn', message: 'delivery can not be followed' }]);
    expect(await services.deliveries.failed(1)).toMatchObject([
      { guid, note: expect.stringMatching(/deleted/) },
    ]);
    services.github.failures.length = 0;
  });

  it('is not answered where GitHub takes no write: that is said once, and not tried again', async () => {
    const guid = await deliver(call('help', MONA));
    const archived = 'Repository was archived so is read-only.';
    const refused = new GitHubFailure('forbidden', `answer: ${archived}`, 403);
    services.github.failures.push(refused, refused);
    await perform({ kind: 'delivery', id: guid }, 'acknowledge', 'answer', 'answer');
    expect(services.github.failures).toEqual([]);
    expect(services.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(await services.deliveries.failed(1)).toMatchObject([
      { guid, note: expect.stringMatching(/archived/) },
    ]);
  });

  it.each([
    [MONA, 'topic', 'requester'],
    [REY, /^gatehouse\/issue-2-/, 'somebody'],
  ])('on a pull request by %j, the work goes to %s', async (author, branch, owner) => {
    const sha = services.remote.git('rev-parse', 'main');
    const head = { ref: 'topic', sha, repositoryId: repository.id };
    services.github.pulls.set(2, openPull(2, head));
    services.github.issues.set(2, issue(2, { author: { ...author, role: 'write' } }));
    await deliver(call('fix', MONA, onPull));
    const [row] = await tasks();
    const { created } = await stateOf(row?.id ?? '');
    expect(created).toMatchObject({
      issue: 2,
      base: { ref: 'topic', sha },
      branch: expect.stringMatching(branch),
      worksOn: { pull: 2, branch: 'topic', owner, fork: false },
    });
    expect(created?.graph.steps.map(({ purpose }) => purpose)).not.toContain('merge');
    // The same again finds the task that is there.
    const guid = await deliver(call('fix', MONA, onPull));
    expect(await answersTo(guid)).toMatchObject([{ code: 'busy' }]);
    // Once it is closed, nothing is left to do.
    const closing = { pull: 2, action: 'closed', at: AT, base: 'main', fork: false } as const;
    const by = account(MONA);
    await deliver({ kind: 'pull_state', key: null, repository, head: sha, by, ...closing });
    expect(await stateOf(row?.id ?? '')).toMatchObject({
      status: 'canceled',
      reason: 'The pull request #2 was closed.',
    });
  });

  it('on a pull request from a branch that work is merged into, the work goes to one of ours', async () => {
    const sha = await services.remote.commit(
      { [CONFIG_PATH]: 'base: { labels: { next: topic } }\n' },
      'next',
    );
    const { facts } = services.github;
    const home = async () => ({ ...(await facts.defaultBranch(REPOSITORY)), sha });
    const head = { ref: 'topic', sha, repositoryId: repository.id };
    services.github.pulls.set(2, openPull(2, head));
    services.github.issues.set(2, issue(2, { author: { ...MONA, role: 'write' } }));
    const guid = await store(call('fix', MONA, onPull));
    const github = { ...services.github, facts: { ...facts, defaultBranch: home } };
    await receive({ ...services, github }, guid);
    const [row] = await tasks();
    expect((await stateOf(row?.id ?? '')).created).toMatchObject({
      base: { ref: 'topic' },
      branch: expect.stringMatching(/^gatehouse\/issue-2-/),
      worksOn: { branch: 'topic', owner: 'requester' },
    });
  });

  it('on a pull request of somebody else, whatever work its author had pushed there before', async () => {
    const sha = services.remote.git('rev-parse', 'main');
    const head = { ref: 'topic', sha, repositoryId: repository.id };
    services.github.pulls.set(2, openPull(2, head));
    services.github.issues.set(2, issue(2, { author: { ...REY, role: 'write' } }));
    services.github.roles.set(REY.id, 'write');
    const work = async (by: Person) => {
      await deliver(call('fix', by, onPull));
      const [row] = await tasks();
      const { created } = await stateOf(row?.id ?? '');
      await deliver(call('cancel', by, onPull));
      return created;
    };
    expect(await work(REY)).toMatchObject({ branch: 'topic', worksOn: { owner: 'requester' } });
    expect(await work(MONA)).toMatchObject({
      branch: expect.stringMatching(/^gatehouse\/issue-2-/),
      worksOn: { owner: 'somebody' },
    });
    // Nor is it a branch of ours that no work could be merged into.
    services.github.branches.set('topic', sha);
    await deliver(call('fix', MONA, { commands: [{ name: 'fix', text: '', base: 'topic' }] }));
    const [row] = await tasks();
    expect((await stateOf(row?.id ?? '')).created).toMatchObject({
      issue: 1,
      base: { ref: 'topic' },
    });
    // On a pull request of ours, people work on a branch of ours.
    const ours = row?.branch ?? '';
    services.github.pulls.set(2, openPull(2, { ...head, ref: ours }));
    expect(await work(MONA)).toMatchObject({ branch: ours, worksOn: { owner: 'task' } });
    expect(await work(REY)).toMatchObject({ branch: ours, worksOn: { owner: 'task' } });
    services.github.roles.delete(REY.id);
    services.github.branches.delete('topic');
  });

  it.each([
    ['open', {}, {}],
    ['closed', { state: 'closed' }, { over: 'closed' }],
    ['merged', { state: 'closed', merged: true }, { over: 'merged' }],
  ] as const)(
    'says of one that is %s, where no task is, whether one can be',
    async (_, is, over) => {
      const head = { ref: 'topic', sha: 'a'.repeat(40), repositoryId: REPOSITORY.id };
      services.github.pulls.set(2, { ...openPull(2, head), ...is });
      for (const command of ['cancel', 'status', 'pause', 'approve'] as const) {
        const guid = await deliver(call(command, MONA, onPull));
        expect(await answersTo(guid)).toEqual([{ code: 'no_task', command, ...over }]);
      }
    },
  );
});

describe('a person is who their id says', () => {
  it('a renamed login keeps its role', async () => {
    const renamed = { id: MONA.id, login: 'mona-the-second' };
    const id = await task(...HISTORY.admitted);
    await deliver(call('cancel', renamed));
    expect(await stateOf(id)).toMatchObject({ status: 'canceled' });
  });

  it('somebody with a login that was given up gets nothing of it', async () => {
    const impostor = { id: 666, login: 'mona' };
    const id = await task(...HISTORY.admitted);
    await deliver(call('cancel', impostor));
    expect(await turnedAway()).toMatchObject([{ by: impostor, command: 'cancel' }]);
    expect(await stateOf(id)).toMatchObject({ status: 'active' });
    services.github.issues.set(7, issue(7, { author: { ...impostor, role: 'none' } }));
    await deliver(call('fix', MONA, { issue: 7 }));
    const row = (await tasks()).find(({ issue }) => issue === 7);
    expect((await stateOf(row?.id ?? '')).taint).toMatchObject([{ by: impostor }]);
  });
});

describe('/agent status', () => {
  it.each([
    ['a maintainer', MONA],
    ['a reader', RHEA],
    ['anybody', OTTO],
  ])('is answered to %s', async (_, by) => {
    const id = await task(...HISTORY.reproduced);
    const guid = await deliver(call('status', by));
    const [answer] = await answersTo(guid);
    expect(answer).toMatchObject({ code: 'status', task: id, status: 'at work' });
    expect(answer).toMatchObject({
      lines: expect.arrayContaining(['prepare: done', 'author: queued', 'merge: waiting']),
    });
  });

  it('says what an open task waits for', async () => {
    await task(...HISTORY.waiting);
    const guid = await deliver(call('status', OTTO, onPull));
    expect(await answersTo(guid)).toMatchObject([
      { status: expect.stringMatching(/^waiting for approval by .+ on #\d+: \w/) },
    ]);
  });

  it('says how the last task ended', async () => {
    const id = await task(...HISTORY.admitted, {
      type: 'cancel',
      by: steererOf(MONA),
      target: { kind: 'issue', number: 1 },
    });
    const guid = await deliver(call('status', OTTO));
    expect(await answersTo(guid)).toMatchObject([
      { code: 'status', task: id, status: 'stopped: Canceled by mona.' },
    ]);
  });

  it('says that there is none', async () => {
    const guid = await deliver(call('status', OTTO));
    expect(await answersTo(guid)).toEqual([{ code: 'no_task', command: 'status' }]);
  });
});

it.each([
  ['approve', sha('c'), 1],
  ['deny', 'Not now.', 1],
  ['fix', 'more', 0],
] as const)(
  '/agent %s is kept where the task is paused, and that is said',
  async (name, text, answers) => {
    const pause = { type: 'pause', by: steererOf(MONA), target: null } as const;
    const id = await task(...HISTORY.waiting, pause);
    services.github.roles.set(REY.id, 'maintain');
    const said = commented(text);
    const guid = await deliver(call(name, REY, { ...onPull, said, commands: [{ name, text }] }));
    expect(await answersTo(guid)).toEqual([{ code: 'kept_for_resume', command: name }]);
    expect((await stateOf(id)).answers).toHaveLength(answers);
  },
);

describe('/agent cancel', () => {
  it('stops the task and is answered in place', async () => {
    const id = await task(...HISTORY.reproduced);
    const guid = await deliver(call('cancel', MONA));
    expect(await stateOf(id)).toMatchObject({ status: 'canceled', reason: 'Canceled by mona.' });
    const { open } = await loadFolded(services.log, { kind: 'task', id });
    expect(open.find(({ key }) => key === 'answer:cancel')).toMatchObject({
      reply: { code: 'cancel_requested' },
      target: { kind: 'issue_comment', id: comments },
    });
    expect(await answersTo(guid)).toEqual([]);
  });

  it.each([
    ['a reader', RHEA],
    ['somebody without a role', OTTO],
  ])('by %s is refused with the reason', async (_, by) => {
    const id = await task(...HISTORY.reproduced);
    await deliver(call('cancel', by));
    expect(await turnedAway()).toMatchObject([{ by, command: 'cancel', needs: 'write' }]);
    expect(await stateOf(id)).toMatchObject({ status: 'active' });
  });

  it('of an item is refused where no backlog goes on, and never says that nothing does', async () => {
    const id = await task(...HISTORY.reproduced);
    const commands = [{ name: 'cancel' as const, text: 'it' }];
    const guid = await deliver(call('cancel', MONA, { commands }));
    expect(await answersTo(guid)).toMatchObject([
      { code: 'refused', reasons: [expect.stringMatching(/no items: `\/agent cancel` alone/)] },
    ]);
    expect(await stateOf(id)).toMatchObject({ status: 'active' });
  });

  it('where nothing goes on is told so', async () => {
    const guid = await deliver(call('cancel', MONA));
    expect(await answersTo(guid)).toEqual([{ code: 'no_task', command: 'cancel' }]);
  });
});

it('/agent help is answered to anybody, and a mistake with what is right', async () => {
  const [help] = await answersTo(await deliver(call('help', OTTO)));
  expect(help).toMatchObject({
    code: 'help',
    offers: expect.arrayContaining([
      { command: 'status', because: null },
      { command: 'fix', because: 'it takes the role write, and you have none' },
      { command: 'review', because: 'it works on pull requests only' },
    ]),
  });
  const one = await deliver(call('help', MONA, { commands: [{ name: 'help', text: 'pause' }] }));
  expect(await answersTo(one)).toEqual([
    { code: 'help', offers: [{ command: 'pause', because: 'no task of mine works on this' }] },
  ]);
  const { commands: _, ...asked } = call('help', OTTO);
  const answer = { code: 'unknown_command', word: 'fxi', nearest: 'fix' } as const;
  const guid = await deliver({ ...asked, kind: 'malformed_command', answer });
  expect(await answersTo(guid)).toEqual([answer]);
});

it('several commands are done in their order and answered together', async () => {
  const commands = [
    { name: 'cancel' as const, text: '' },
    { name: 'help' as const, text: '' },
  ];
  const guid = await deliver(call('help', MONA, { commands }));
  expect(await answersTo(guid)).toEqual([
    {
      code: 'several',
      answers: [
        { code: 'no_task', command: 'cancel' },
        { code: 'help', offers: expect.any(Array) },
      ],
    },
  ]);
});

it('a denial may begin with the capsule that it is about, and the rest is its reason', async () => {
  services.github.roles.set(REY.id, 'maintain');
  const id = await task(...HISTORY.waiting);
  const { digest } = (await stateOf(id)).approvals[0] ?? {};
  const capsule = capsuleId(digest ?? '');
  const texts = [`${capsule} Not now,\nnor later.`, capsule, 'deadbeef00', ''];
  for (const text of texts) {
    const said = commented(text);
    await deliver(call('deny', REY, { ...onPull, said, commands: [{ name: 'deny', text }] }));
  }
  const { answers } = await stateOf(id);
  expect(answers.map(({ approval, reason }) => [approval, reason])).toEqual(
    ['Not now,\nnor later.', '', 'deadbeef00', ''].map(reason => ['approval-1', reason]),
  );
});

describe('calls of people without write access', () => {
  const answer = (name: 'approve' | 'deny' | 'revoke', by: Person) => {
    const said = commented(`/agent ${name}`);
    const commands = [{ name, text: name === 'approve' ? sha('c') : '' }];
    return call(name, by, { ...onPull, said, commands });
  };

  it('are no events of a task, and nothing of a delivery', async () => {
    const id = await task(...HISTORY.waiting);
    const before = await typesOf(id);
    for (const name of ['approve', 'deny', 'revoke', 'approve', 'fix', 'cancel'] as const) {
      const guid = await deliver({ ...answer('approve', OTTO), commands: [{ name, text: '' }] });
      expect(await noteOf(guid)).toBe('handled');
      expect(await services.events({ kind: 'delivery', id: guid })).toEqual([]);
    }
    expect(await typesOf(id)).toEqual(before);
    expect(await turnedAway()).toMatchObject([{ by: OTTO, command: 'approve' }]);
  });

  it('may take back, once, what they approved when they had it', async () => {
    const id = await task(...HISTORY.waiting);
    const says = async () => (await stateOf(id)).answers.map(given => given.says);
    services.github.roles.set(REY.id, 'maintain');
    await deliver(answer('approve', REY));
    services.github.roles.set(REY.id, 'read');
    for (const name of ['approve', 'revoke', 'deny', 'revoke'] as const)
      await deliver(answer(name, REY));
    services.github.roles.set(REY.id, 'maintain');
    await services.changes.changed({ repository: repository.id }, ['people']);
    expect(await says()).toEqual(['approve', 'revoke']);
    await deliver(answer('deny', REY));
    expect(await says()).toEqual(['approve', 'revoke', 'deny']);
  });

  it('count from when they have it, once GitHub tells so or it is looked up again', async () => {
    const id = await task(...HISTORY.waiting);
    const says = async () => (await stateOf(id)).answers.map(given => given.says);
    const role = (is: 'read' | 'write') => services.github.roles.set(903, is);
    const by = { id: 903, login: 'new' };
    role('read');
    for (let n = 0; n < 4; n += 1) await deliver(answer('deny', by));
    role('write');
    await deliver(answer('deny', by));
    expect(await says()).toEqual([]);
    await services.changes.changed({ repository: repository.id }, ['people']);
    for (const name of ['deny', 'approve', 'revoke'] as const) await deliver(answer(name, by));
    expect(await says()).toEqual(['deny', 'approve', 'revoke']);
    role('read');
    for (const name of ['deny', 'approve'] as const) await deliver(answer(name, by));
    expect(await says()).toHaveLength(3);
    expect((await turnedAway()).map(told => told.by)).toEqual([by, by]);
  });

  it('that everybody may give are answered a few times a day', async () => {
    const answered = [];
    for (let n = 0; n < 7; n += 1)
      answered.push(...(await answersTo(await deliver(call('help', { id: 901, login: 'ada' })))));
    expect(answered).toHaveLength(5);
  });

  it('are answered as often as the configuration says, however many they are', async () => {
    const { calls } = services.settings;
    const { installation } = repository;
    let ids = 10_000;
    const newcomers = async (count: number) => {
      for (let n = 0; n < count; n += 1)
        await deliver(call('fix', { id: ++ids, login: `new-${ids}` }));
      return (await turnedAway()).length;
    };
    try {
      services.settings.calls = {
        ...calls,
        strangersPerRepository: 3,
        strangersPerInstallation: 4,
      };
      expect(await newcomers(5)).toBe(3);
      repository = { ...repository, id: repository.id + 1 };
      expect(await newcomers(5)).toBe(1);
      repository = { ...repository, installation: installation + 1, id: repository.id + 1 };
      expect(await newcomers(5)).toBe(3);
    } finally {
      services.settings.calls = calls;
    }
  });

  it('in a review are neither news nor an answer', async () => {
    const id = await task(...HISTORY.waiting);
    const before = await typesOf(id);
    const review = (by: Person): AnyTrigger => ({
      kind: 'review',
      key: null,
      repository,
      pull: 2,
      action: 'submitted',
      review: { id: 8, state: 'APPROVED', commit: sha('c') },
      by: account(by),
      command: null,
    });
    await deliver(review(OTTO));
    expect(await typesOf(id)).toEqual(before);
    await deliver(review(MONA));
    expect(await typesOf(id)).toEqual([...before, 'pull.signaled']);
  });
});

it('calls of one person are followed as often as the configuration says, but for what stops', async () => {
  const { calls } = services.settings;
  const by = { id: 902, login: 'busy' };
  services.github.roles.set(by.id, 'write');
  try {
    services.settings.calls = { ...calls, perPerson: 2 };
    const answered = [];
    for (const name of ['help', 'help', 'help', 'help', 'cancel'] as const)
      answered.push((await answersTo(await deliver(call(name, by))))[0]?.code ?? null);
    expect(answered).toEqual(['help', 'help', 'too_many_calls', null, 'no_task']);
  } finally {
    services.settings.calls = calls;
  }
});

it('many calls for work at once are taken all, and answered in one comment beyond the first', async () => {
  const { calls } = services.settings;
  try {
    services.settings.calls = { ...calls, atOnce: 2 };
    const guids = [];
    for (const issue of [1, 2, 3, 4]) guids.push(await deliver(call('fix', MONA, { issue })));
    guids.push(await deliver(call('status', MONA, { issue: 4 })));
    const heard = await Promise.all(
      guids.map(async id => (await services.events({ kind: 'delivery', id })).length > 0),
    );
    expect(heard).toEqual([true, true, false, false, true]);
    expect(await tasks()).toHaveLength(4);
    const stream = callersStream(repository.id, await services.now());
    aheadMs = 60_000;
    await perform(stream, 'answer:batch-1');
    const written = services.github.written.filter(({ kind }) => kind === 'answer');
    expect(written).toMatchObject([
      { answer: { code: 'gathered', calls: [{ issue: 3 }, { issue: 4 }] }, target: { number: 3 } },
    ]);
  } finally {
    services.settings.calls = calls;
  }
});

describe('more work on a pull request', () => {
  it('asked for by a comment, is noted with who asked and what taints it', async () => {
    const id = await task(...HISTORY.waiting);
    const command = { name: 'fix', text: 'rename it' } as const;
    const on = 'pull request #2, in a review';
    const remark = { by: { ...OTTO, role: 'none' as const }, body: 'No.', at: AT, on };
    services.github.remarks.set(2, [remark]);
    const guid = await deliver(call('fix', MONA, { ...onPull, commands: [command] }));
    services.github.remarks.clear();
    expect(await lastOf(id)).toMatchObject({
      type: 'rework.requested',
      data: {
        origin: 'comment',
        role: 'remediator-comment',
        instructions: 'rename it',
        by: MONA,
        taint: [{ source: `a comment on ${on}`, by: OTTO, reason: 'otto has the role none.' }],
      },
    });
    // Their role is looked up again before the work begins.
    services.github.roles.set(MONA.id, 'read');
    // Policy says no, and the comment is answered.
    await perform({ kind: 'task', id }, `decide:task.start:${guid}`, `answer:${guid}`);
    services.github.roles.set(MONA.id, 'maintain');
    expect(await typesOf(id)).toContain('rework.declined');
    expect(services.github.written).toContainEqual(
      expect.objectContaining({
        answer: { code: 'rework_failed', reason: expect.stringMatching(/write access/) },
      }),
    );
  });

  it('asked for by the review of a person, and never by that of a machine, which would answer again', async () => {
    const config = { commands: {}, remediate: { ci: true, reviews: true } };
    const id = await task(created({ config }), ...HISTORY.waiting.slice(1));
    const asks = (by: Account): AnyTrigger => ({
      kind: 'review',
      key: null,
      repository,
      pull: 2,
      action: 'submitted',
      review: { id: 8, state: 'CHANGES_REQUESTED', commit: sha('c') },
      by,
      command: null,
    });
    // Even one that may write.
    await deliver(asks({ ...MONA, type: 'Bot' }));
    expect(await typesOf(id)).not.toContain('rework.requested');
    await deliver(asks(account(MONA)));
    expect(await typesOf(id)).toContain('rework.requested');
  });

  const failed = (
    over: Partial<Extract<AnyTrigger, { kind: 'check_failed' }>['at']> = {},
  ): AnyTrigger => ({
    kind: 'check_failed',
    key: null,
    repository,
    failed: { by: 'run', id: 9, name: 'docs' },
    at: { head: sha('c'), pulls: [2], branches: [], ...over },
  });

  it('asked for by a failing check, where the default branch opts in', async () => {
    const id = await task(...HISTORY.waiting);
    const guid = await deliver(failed());
    expect(await noteOf(guid)).toBe('handled');
    expect(await lastOf(id)).toMatchObject({
      type: 'rework.requested',
      actor: { kind: 'github' },
      data: { origin: 'check', role: 'remediator-ci', by: null, check: { id: 9, name: 'docs' } },
    });
    // The same check again is the same work.
    await deliver(failed());
    expect((await typesOf(id)).filter(type => type === 'rework.requested')).toHaveLength(1);
  });

  it.each([
    ['its branch alone', ['gatehouse/issue-1']],
    ['nothing but the commit', null],
  ])('asked for by a failing check of which GitHub names %s', async (_, branches) => {
    const id = await task(...HISTORY.waiting);
    await deliver(failed({ pulls: [], branches }));
    expect(await typesOf(id)).toContain('rework.requested');
  });

  it.each([
    ['another head', { head: sha('d') }],
    ['another commit that GitHub names nothing of', { head: sha('d'), pulls: [], branches: null }],
    ['another branch', { pulls: [], branches: ['main'] }],
  ])('is not asked for by a check of %s', async (_, at) => {
    const id = await task(...HISTORY.waiting);
    const before = await typesOf(id);
    await deliver(failed(at));
    expect(await typesOf(id)).toEqual(before);
  });

  it('is not asked for by a check where the default branch does not opt in', async () => {
    const shy = created({ config: { commands: {}, remediate: { ci: false } } });
    const id = await task(shy, ...HISTORY.waiting.slice(1));
    await deliver(failed());
    expect(await typesOf(id)).not.toContain('rework.requested');
  });

  it('is nobody’s on a pull request that is not ours', async () => {
    await deliver(failed());
    expect(await tasks()).toEqual([]);
  });
});

describe('what GitHub tells of a pull request of ours', () => {
  const signals: [string, () => AnyTrigger, object][] = [
    [
      'a review',
      () => ({
        kind: 'review',
        key: null,
        repository,
        pull: 2,
        action: 'submitted',
        by: account(MONA),
        review: { id: 3, state: 'APPROVED', commit: sha('c') },
        command: null,
      }),
      { signal: 'review', detail: 'submitted by mona', at: null, by: null, check: null },
    ],
    [
      'a dismissal',
      () => ({
        kind: 'review',
        key: null,
        repository,
        pull: 2,
        action: 'dismissed',
        by: account(MONA),
        review: { id: 3, state: 'DISMISSED', commit: sha('c') },
        command: null,
      }),
      { signal: 'review', detail: 'dismissed by mona', at: null, by: null, check: null },
    ],
    [
      'a change of its checks',
      () => ({
        kind: 'checks_changed',
        key: null,
        repository,
        check: { name: 'docs', state: 'green' },
        at: { head: sha('c'), pulls: [2], branches: [] },
      }),
      {
        signal: 'checks',
        detail: sha('c'),
        at: null,
        by: null,
        check: { name: 'docs', state: 'green' },
      },
    ],
    [
      'a status on the head of its branch',
      () => ({
        kind: 'checks_changed',
        key: null,
        repository,
        check: null,
        at: { head: sha('c'), pulls: [], branches: ['main', 'gatehouse/issue-1'] },
      }),
      { signal: 'checks', detail: sha('c'), at: null, by: null, check: null },
    ],
    [
      'a push by somebody else',
      () => ({
        kind: 'head_moved',
        key: null,
        repository,
        pull: 2,
        head: sha('f'),
        base: 'main',
        fork: false,
        at: AT,
        by: account(RHEA),
        own: false,
      }),
      { signal: 'head', detail: sha('f'), at: AT, by: { id: RHEA.id, login: 'rhea' }, check: null },
    ],
    [
      'its state',
      () => ({
        kind: 'pull_state',
        key: null,
        repository,
        pull: 2,
        action: 'closed',
        at: AT,
        base: 'main',
        fork: false,
        head: sha('c'),
        by: account(MONA),
      }),
      { signal: 'state', detail: 'closed', at: null, by: null, check: null },
    ],
  ];
  it.each(signals)('%s: policy is asked again, from what is live', async (_, trigger, data) => {
    const id = await task(...HISTORY.waiting);
    const guid = await deliver(trigger());
    expect(await noteOf(guid)).toBe('handled');
    expect(await lastOf(id)).toMatchObject({
      type: 'pull.signaled',
      data,
      actor: { kind: 'github' },
      correlation: { delivery: guid },
    });
    const { open } = await loadFolded(services.log, { kind: 'task', id });
    expect(open.map(({ key }) => key)).toContain('decide:pr.merge:merge-1-1');
  });

  it('our own push is no news', async () => {
    const id = await task(...HISTORY.waiting);
    await deliver({
      kind: 'head_moved',
      key: null,
      repository,
      pull: 2,
      head: sha('c'),
      base: 'main',
      fork: false,
      at: AT,
      by: account(RHEA),
      own: false,
    });
    expect(await typesOf(id)).not.toContain('pull.signaled');
  });

  it('a push after the task has failed is known where it is tried again', async () => {
    const refused: TaskCommand = { type: 'refused', run: 'merge-1-1', reason: 'No.' };
    const id = await task(...HISTORY.waiting, refused);
    const push = { kind: 'head_moved', key: null, repository, pull: 2, base: 'main' } as const;
    const by = account(RHEA);
    await deliver({ ...push, head: sha('e'), fork: false, at: AT, by, own: false });
    const { status, pushers, moves } = await stateOf(id);
    expect({ status, pushers }).toEqual({ status: 'failure', pushers: [RHEA] });
    expect(moves.at(-1)).toMatchObject({ to: sha('e'), at: AT });
  });

  it('who pushed is told also after the push was found without them', async () => {
    const id = await task(...HISTORY.waiting);
    const push = { kind: 'head_moved', repository, pull: 2, base: 'main', fork: false } as const;
    const told = { ...push, head: sha('e'), at: AT, own: false };
    await deliver({ ...told, key: 'head:42:2:e:found', by: account(GHOST) });
    expect((await stateOf(id)).pushes[sha('e')]).toBe('unknown');
    await deliver({ ...told, key: 'head:42:2:e', by: account(RHEA) });
    const { pushers, pushes } = await stateOf(id);
    expect({ pushers, push: pushes[sha('e')] }).toEqual({ pushers: [RHEA], push: 'known' });
  });

  it('of another pull request it is nothing to us', async () => {
    const id = await task(...HISTORY.reviewed);
    const before = await typesOf(id);
    for (const [, trigger] of signals)
      expect(await noteOf(await deliver(trigger()))).toBe('handled');
    expect(await typesOf(id)).toEqual(before);
  });
});

describe('an issue that is gone', () => {
  const by = account(MONA);
  type Told = 'closed' | 'deleted' | 'transferred' | 'locked' | 'unlocked';
  /** `locked`: whether it is by now. */
  const tell = (action: Told, locked = action === 'locked') => {
    services.github.issues.set(1, issue(1, { locked }));
    return deliver({ kind: 'issue_gone', key: null, repository, issue: 1, action, by });
  };

  it.each([
    ['deleted', 'Its issue was deleted.'],
    ['transferred', 'Its issue was transferred to another repository.'],
  ] as const)('%s: its task stops', async (action, reason) => {
    const id = await task(...HISTORY.reproduced);
    await tell(action);
    expect(await stateOf(id)).toMatchObject({ status: 'canceled', reason });
    expect((await services.events({ kind: 'task', id })).at(-1)?.actor).toEqual({ kind: 'github' });
  });

  it('closed: a merge does that, and ends the task itself', async () => {
    const id = await task(...HISTORY.reproduced);
    await tell('closed');
    expect(await stateOf(id)).toMatchObject({ status: 'active' });
  });

  it('locked: its task pauses until that is over', async () => {
    const id = await task(...HISTORY.reproduced);
    await tell('locked');
    expect(await stateOf(id)).toMatchObject({ status: 'active', paused: { login: MONA.login } });
    await tell('unlocked');
    expect(await stateOf(id)).toMatchObject({ status: 'active', paused: null });
  });

  it('locked: is told of later than that it is unlocked again', async () => {
    const id = await task(...HISTORY.reproduced);
    await tell('unlocked');
    await tell('locked', false);
    expect(await stateOf(id)).toMatchObject({ status: 'active', paused: null });
    await tell('locked');
    await tell('locked', false);
    expect(await stateOf(id)).toMatchObject({ status: 'active', paused: null });
  });

  it('locked: a pause that was asked for outlives that', async () => {
    const id = await task(...HISTORY.reproduced);
    await deliver(call('pause', MONA));
    await tell('locked');
    await tell('unlocked');
    expect(await stateOf(id)).toMatchObject({ paused: { login: expect.any(String) } });
  });

  it('locked: a pause in the console outlives that as well', async () => {
    const id = await task(...HISTORY.reproduced);
    await services.handle({
      stream: { kind: 'task', id },
      command: { type: 'pause', by: steererOf(by), target: null },
      actor: { kind: 'person', ...MONA },
      correlation: { via: 'console' },
    });
    await tell('locked');
    await tell('unlocked');
    expect(await stateOf(id)).toMatchObject({ paused: { login: MONA.login } });
  });

  /** A backlog of one item is open on the issue; returns its stream. */
  async function playing(): Promise<StreamRef> {
    const stream = backlogStream(repository.id, 1);
    const actor = { kind: 'person', ...MONA } as const;
    const command = { type: 'create' as const, data: backlogOfOne() };
    expect(await services.handle({ stream, command, actor })).toMatchObject({ ok: true });
    return stream;
  }
  const typesIn = async (stream: StreamRef) =>
    (await services.events(stream)).map(({ type }) => type);

  it.each(['deleted', 'transferred'] as const)('%s: its backlog stops', async action => {
    const stream = await playing();
    await tell(action);
    expect(await typesIn(stream)).toContain('backlog.canceled');
  });

  it('locked: its backlog pauses until that is over, unless somebody had it pause', async () => {
    const stream = await playing();
    await tell('locked');
    expect((await typesIn(stream)).at(-1)).toBe('backlog.paused');
    await tell('unlocked');
    expect(await typesIn(stream)).toContain('backlog.resumed');
    await deliver(call('pause', MONA));
    await tell('locked');
    await tell('unlocked');
    const resumed = (await typesIn(stream)).filter(type => type === 'backlog.resumed');
    expect(resumed).toHaveLength(1);
  });

  it('without a task of ours is nothing to us', async () => {
    const guid = await deliver({
      kind: 'issue_gone',
      key: null,
      repository,
      issue: 1,
      action: 'deleted',
      by,
    });
    expect(await noteOf(guid)).toBe('handled');
  });
});

describe('on the issue of a backlog', () => {
  async function playing(asks: boolean): Promise<void> {
    const stream = backlogStream(repository.id, 1);
    const command = { type: 'create' as const, data: { ...backlogOfOne(), asks } };
    const actor = { kind: 'person', ...MONA } as const;
    expect(await services.handle({ stream, command, actor })).toMatchObject({ ok: true });
  }
  const say = async (name: CommandName, text = '') =>
    answersTo(await deliver(call(name, MONA, { commands: [{ name, text }] })));
  const no = (command: string, reason: RegExp) => [
    { code: 'refused', command, reasons: [expect.stringMatching(reason)] },
  ];

  it.each([
    ['approve', '', /^Nobody is asked about the plan any more/],
    ['deny', 'Too big.', /^Nobody is asked about the plan any more/],
    ['revoke', '', /`\/agent cancel` gives up all that is not done/],
  ] as const)('%s says what it can not do once it has begun', async (name, text, reason) => {
    await playing(false);
    expect(await say(name, text)).toEqual(no(name, reason));
    expect(await tasks()).toEqual([]);
  });

  it('another plan is neither approved nor denied, and a denial keeps its reason', async () => {
    await playing(true);
    expect(await say('approve', '0a1b2c3d4e5f')).toEqual(
      no('approve', /^The plan here is e3b0c44298fc, and not 0a1b2c3d4e5f/),
    );
    expect(await say('deny', '0a1b2c3d4e5f No.')).toEqual(no('deny', /^The plan here is e3b0/));
    expect(await say('revoke')).toEqual(no('revoke', /`\/agent deny` drops it/));
    expect(await say('deny', 'e3b0c44298fc Split it first.')).toEqual([]);
    const events = await services.events(backlogStream(repository.id, 1));
    expect(events.find(({ type }) => type === 'backlog.canceled')?.data).toMatchObject({
      reason: 'Split it first.',
    });
    expect(await say('status')).toMatchObject([{ code: 'status', status: 'canceled' }]);
    for (const name of ['retry', 'approve', 'revoke', 'cancel', 'pause'] as const)
      expect(await say(name)).toEqual(no(name, /^The backlog has ended: `\/agent play`/));
    await deliver(call('fix', MONA));
    const [row] = await tasks();
    expect(await say('status')).toMatchObject([{ code: 'status', task: row?.id }]);
  });
});

it('an installation is noted', async () => {
  const guid = await deliver({
    kind: 'installation',
    key: null,
    action: 'created',
    installation: 7,
    account: 'acme',
    added: [{ id: 42, name: 'library' }],
    removed: [],
  });
  expect(await noteOf(guid)).toBe('handled');
});

it('what starts nothing is settled as ignored', async () => {
  const guid = await deliver({ ignored: 'bot', problem: 'A bot said it.' });
  expect(await noteOf(guid)).toBe('ignored');
  await receive(services, 'a delivery that nobody knows');
});

describe('a delivery that comes again', () => {
  /** As after a crash: what it did stands, and it was never settled. */
  const forgetful = () => ({
    ...services,
    deliveries: {
      ...services.deliveries,
      settle: async () => {
        throw new Error('the worker died here');
      },
    },
  });
  async function twice(trigger: AnyTrigger): Promise<string> {
    const guid = await store(trigger);
    await expect(receive(forgetful(), guid)).rejects.toThrow('died');
    await receive(services, guid);
    expect(await noteOf(guid)).toBe('handled');
    return guid;
  }

  it('settled, starts nothing', async () => {
    const guid = await deliver(call('fix', MONA));
    await receive(services, guid);
    expect(await tasks()).toHaveLength(1);
    expect(await answersTo(guid)).toEqual([]);
  });

  it('under another GUID, starts nothing', async () => {
    const body = Buffer.from(JSON.stringify(call('fix', MONA)));
    await services.deliveries.receive({ guid: 'first', event: 'test', body });
    expect(await services.deliveries.receive({ guid: 'second', event: 'test', body })).toBe(
      'replayed',
    );
    await Promise.all([receive(services, 'first'), receive(services, 'second')]);
    expect(await tasks()).toHaveLength(1);
    expect(await answersTo('second')).toEqual([]);
  });

  it('not settled, makes one task, and nobody is told that it is busy with itself', async () => {
    const guid = await twice(call('fix', MONA));
    expect(await tasks()).toHaveLength(1);
    expect(await answersTo(guid)).toEqual([]);
  });

  it('followed by five workers at once, makes one task and no answer', async () => {
    const guid = await store(call('fix', MONA));
    await Promise.all(Array.from({ length: 5 }, () => receive(services, guid)));
    expect(await tasks()).toHaveLength(1);
    expect(await answersTo(guid)).toEqual([]);
  });

  it('never settled, is given up without a word where it began a task', async () => {
    const guid = await store(call('fix', MONA));
    const { deliveries } = services;
    const settle: typeof deliveries.settle = async (...given) => {
      if (given[1] === 'handled') throw new Error('It is not settled.');
      await deliveries.settle(...given);
    };
    const following = () => receive({ ...services, deliveries: { ...deliveries, settle } }, guid);
    for (let tries = 1; tries < DELIVERY.limit; tries++)
      await expect(following()).rejects.toThrow('not settled');
    await following();
    expect(await noteOf(guid)).toBe('failed');
    expect(await tasks()).toHaveLength(1);
    expect(await answersTo(guid)).toEqual([]);
  });

  it('not settled, cancels once and says nothing else', async () => {
    const id = await task(...HISTORY.reproduced);
    const guid = await twice(call('cancel', MONA));
    expect((await typesOf(id)).filter(type => type === 'task.cancel_requested')).toHaveLength(1);
    expect(await answersTo(guid)).toEqual([]);
  });

  it('not settled, frees a branch once', async () => {
    const id = await task(...HISTORY.reproduced);
    await twice(call('unlock', MONA));
    const types = await typesOf(id);
    expect(types.filter(type => type === 'ref.unlock_requested')).toHaveLength(1);
  });

  it('not settled, asks for more work once and refuses nobody', async () => {
    const id = await task(...HISTORY.waiting);
    const guid = await twice(call('fix', MONA, onPull));
    expect((await typesOf(id)).filter(type => type === 'rework.requested')).toHaveLength(1);
    expect(await answersTo(guid)).toEqual([]);
  });

  /** Not settled: what happens to its task meanwhile is not what was asked for. */
  async function beforeItComesAgain(
    trigger: AnyTrigger,
    happens: (task: string) => Promise<void>,
    id: string,
  ): Promise<string[]> {
    const guid = await store(trigger);
    await expect(receive(forgetful(), guid)).rejects.toThrow('died');
    await happens(id);
    await receive(services, guid);
    expect(await noteOf(guid)).toBe('handled');
    expect(await answersTo(guid)).toEqual([]);
    return typesOf(id);
  }
  const sent = async (id: string, command: TaskCommand) => {
    const stream = { kind: 'task' as const, id };
    const handled = await services.handle({ stream, command, actor: { kind: 'gatehouse' } });
    expect(handled).toMatchObject({ ok: true });
  };
  const fails = async (id: string) => {
    const run = (await stateOf(id)).runs.at(-1)?.id ?? '';
    await sent(id, decided('run.start', 'deny', run));
    expect((await stateOf(id)).status).toBe('failure');
  };

  it('not settled, tries again once, also where it has failed once more', async () => {
    const id = await task(...HISTORY.admitted);
    await fails(id);
    const types = await beforeItComesAgain(call('retry', MONA), fails, id);
    expect(types.filter(type => type === 'task.retried')).toHaveLength(1);
  });

  it('not settled, pauses once, also where somebody had it go on', async () => {
    const id = await task(...HISTORY.reproduced);
    const goesOn = () => sent(id, { type: 'resume', by: steererOf(REY), target: null });
    const types = await beforeItComesAgain(call('pause', MONA), goesOn, id);
    expect(types.filter(type => type === 'task.paused')).toHaveLength(1);
  });

  it('not settled, answers once', async () => {
    const guid = await twice(call('help', OTTO));
    expect(await answersTo(guid)).toMatchObject([{ code: 'help' }]);
  });
});

describe('a comment that was found on GitHub, and is told late all the same', () => {
  it('calls once', async () => {
    const said = call('help', MONA, { key: 'issue_comment:4711', once: true });
    const found = await deliver(said);
    const late = await deliver({ ...said });
    expect(await answersTo(found)).toHaveLength(1);
    expect(await answersTo(late)).toEqual([]);
    expect((await services.deliveries.find(late))?.state).toBe('ignored');
  });

  it('a label that is gone again calls nobody', async () => {
    services.github.issues.set(1, issue(1, { labels: ['bug'] }));
    const label = { label: 'agent:fix', target: { kind: 'issue', number: 1 } } as const;
    const guid = await deliver(call('fix', MONA, label));
    expect(await tasks()).toEqual([]);
    expect(await answersTo(guid)).toEqual([]);
    expect((await services.deliveries.find(guid))?.state).toBe('handled');
  });

  it('a label calls each time that it is put there', async () => {
    const put = call('help', MONA, { label: 'agent:help', target: { kind: 'issue', number: 1 } });
    const both = [await deliver(put), await deliver({ ...put })];
    for (const guid of both) expect(await answersTo(guid)).toHaveLength(1);
  });
});

describe('GitHub is away', () => {
  const away = () => new GitHubFailure('server', 'GitHub answers 502', 502);

  it('for a while: the delivery waits, and is followed later', async () => {
    const guid = await store(call('fix', MONA));
    services.github.failures.push(away());
    await expect(receive(services, guid)).rejects.toThrow('GitHub answers 502');
    expect(await noteOf(guid)).toBe('stored');
    expect(await tasks()).toEqual([]);
    await receive(services, guid);
    expect(await tasks()).toHaveLength(1);
  });

  it('to us alone, as the App is not installed there: it is rejected the first time', async () => {
    const guid = await store(call('fix', MONA));
    services.github.failures.push(new NotInstalled('token for a/b: Not Found', 404));
    await receive(services, guid);
    expect(await noteOf(guid)).toBe('ignored');
  });

  /** As often as a delivery is tried, but for the last time. */
  const failing = async (guid: string, following: () => Promise<void>) => {
    for (let tries = 1; tries < DELIVERY.limit; tries++)
      await expect(following(), `try ${tries}`).rejects.toThrow();
    expect(await noteOf(guid)).toBe('stored');
  };

  it('for half an hour of trying: it is given up with the reason, and whoever called is told', async () => {
    const key = 'issue_comment:4712';
    const guid = await store(call('fix', MONA, { key }));
    const defaultBranch = () => Promise.reject(away());
    const facts = { ...services.github.facts, defaultBranch };
    const following = () => receive({ ...services, github: { ...services.github, facts } }, guid);
    await failing(guid, following);
    expect(await services.deliveries.settledSince(key, null)).toBe(false);
    await following();
    expect(await noteOf(guid)).toBe('failed');
    // Whoever looks for what no delivery brought leaves it alone.
    expect(await services.deliveries.settledSince(key, null)).toBe(true);
    expect(services.logged).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'delivery given up' }),
    );
    expect(await answersTo(guid)).toEqual([
      {
        code: 'refused',
        command: 'fix',
        reasons: ['GitHub answers 502', 'Call again when that has changed.'],
      },
    ]);
  });

  it('until it is given up: its label can call again, and a backlog that was begun is not refused', async () => {
    const put = { label: 'agent:fix', target: { kind: 'issue', number: 1 } } as const;
    services.github.issues.set(1, issue(1, { labels: [put.label] }));
    const guid = await store(call('fix', MONA, put));
    const defaultBranch = () => Promise.reject(away());
    const facts = { ...services.github.facts, defaultBranch };
    const following = () => receive({ ...services, github: { ...services.github, facts } }, guid);
    const stream = backlogStream(repository.id, 1);
    await failing(guid, following);
    const actor = { kind: 'person', ...MONA } as const;
    const correlation = { delivery: guid };
    const begun = await services.handle({
      stream,
      command: { type: 'create', data: backlogOfOne() },
      actor,
      correlation,
    });
    expect(begun).toMatchObject({ ok: true });
    await following();
    expect(await noteOf(guid)).toBe('failed');
    expect(await answersTo(guid)).toEqual([]);
    const types = (await services.events({ kind: 'delivery', id: guid })).map(({ type }) => type);
    expect(types).toContain('delivery.label_used');
  });

  it('once, after we were away for long: nothing is given up for that', async () => {
    const guid = await store(call('fix', MONA));
    aheadMs = 31 * 60_000;
    services.github.failures.push(away());
    await expect(receive(services, guid)).rejects.toThrow('GitHub answers 502');
    expect(await noteOf(guid)).toBe('stored');
    expect(await services.deliveries.due(0, 10_000)).not.toContain(guid);
  });

  it('while somebody calls: however often that is tried, it is one call of theirs', async () => {
    const { calls } = services.settings;
    services.settings.calls = { ...calls, perPerson: 1, atOnce: 1, batchSeconds: 60 };
    try {
      const guid = await store(call('fix', MONA));
      const { facts } = services.github;
      const github = { ...services.github, facts: { ...facts, defaultBranch } };
      function defaultBranch() {
        return Promise.reject(away());
      }
      for (let tries = 0; tries < 3; tries++)
        await expect(receive({ ...services, github }, guid)).rejects.toThrow('502');
      await receive(services, guid);
      const [row] = await tasks();
      expect((await stateOf(row?.id ?? '')).created).toMatchObject({ gathered: false });
      expect(await answersTo(guid)).toEqual([]);
      const another = await deliver(call('fix', MONA));
      expect(await answersTo(another)).toMatchObject([{ code: 'too_many_calls' }]);
    } finally {
      services.settings.calls = calls;
    }
  });

  it('and what can not be read is answered at once, and not tried for half an hour', async () => {
    const guid = await store(call('fix', MONA));
    const { facts } = services.github;
    const defaultBranch = () => Promise.reject(new WorkspaceRefused('Its tree is too large.'));
    const github = { ...services.github, facts: { ...facts, defaultBranch } };
    aheadMs = 11_000;
    await receive({ ...services, github }, guid);
    expect(await noteOf(guid)).toBe('failed');
    expect(await answersTo(guid)).toMatchObject([
      { code: 'refused', reasons: ['Its tree is too large.', expect.any(String)] },
    ]);
  });

  it('because of its limits: the delivery waits for as long as they last', async () => {
    const guid = await store(call('fix', MONA));
    aheadMs = 31 * 60_000;
    services.github.failures.push(new GitHubFailure('rate_limit', 'used up', 403, 60_000));
    await expect(receive(services, guid)).rejects.toThrow('used up');
    expect(await services.deliveries.find(guid)).toMatchObject({ state: 'stored', failures: 0 });
    expect(await services.deliveries.due(0, 10_000)).not.toContain(guid);
    await receive(services, guid);
    expect(await tasks()).toHaveLength(1);
  });

  it('a delivery that can not be read is given up as well', async () => {
    const guid = await store(call('fix', MONA));
    const meaningOf = () => {
      throw new RangeError('Maximum call stack size exceeded');
    };
    const broken = { ...services, github: { ...services.github, meaningOf } };
    await failing(guid, () => receive(broken, guid));
    await receive(broken, guid);
    expect(await noteOf(guid)).toBe('failed');
  });
});
