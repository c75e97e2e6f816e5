/** A check fails on a pull request of a person: who is helped, for how long, and who always wins. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Account,
  type Person,
  type Repository,
  steererOf,
} from '../../../../src/core/actor.ts';
import type { TaskState } from '../../../../src/core/task/state/state.ts';
import { loadFolded } from '../../../../src/engine/handle.ts';
import { createFrom } from '../../../../src/engine/intake/create/create-task.ts';
import { receive } from '../../../../src/engine/intake/receive.ts';
import { CONFIG_PATH } from '../../../../src/engine/policies/rule-files.ts';
import type { OpenPull } from '../../../../src/engine/ports/pulls.ts';
import { asTask } from '../../../../src/engine/streams.ts';
import { decided, MAINTAINER } from '../../../core/task/given.ts';
import { type AnyTrigger, issue, MONA, OTTO, openPull, REPOSITORY, RHEA } from '../../github.ts';
import { openServices, type TestServices } from '../../test-services.ts';

const OPTED_IN = 'remediate: { pulls: true }\n';
let services: TestServices;
beforeAll(async () => {
  const opened = await openServices();
  // These tests follow deliveries themselves, and no effect is performed.
  services = { ...opened, queue: { ...opened.queue, add: async () => {} } };
});
afterAll(() => services.close());

let repository: Repository;
beforeEach(async () => {
  const id = (repository?.id ?? 500) + 1;
  repository = { ...REPOSITORY, id, installation: id };
  services.github.openPulls.length = 0;
  services.github.outputs.clear();
  services.github.issues.set(2, issue(2, { isPull: true }));
  await configured(OPTED_IN);
});

let config = '';
async function configured(text: string): Promise<void> {
  if (config !== text) await services.remote.commit({ [CONFIG_PATH]: text });
  config = text;
}

let guids = 0;
async function deliver(trigger: AnyTrigger): Promise<void> {
  const guid = `remedy-${++guids}`;
  const body = Buffer.from(JSON.stringify({ ...trigger, unlike: guid }));
  await services.deliveries.receive({ guid, event: 'test', body });
  await receive(services, guid);
}
const account = ({ id, login }: Person, type: Account['type'] = 'User') => ({ id, login, type });

let commits = 0;
/** A person pushes to the branch of pull request 2. */
async function pushed(over: Partial<OpenPull> = {}): Promise<string> {
  const head = await services.remote.commit({ 'topic.md': `${++commits}\n` }, 'topic');
  const at = { ref: 'topic', sha: head, repositoryId: repository.id };
  services.github.pulls.set(2, openPull(2, at));
  services.github.openPulls.splice(0, 1, {
    ...{ number: 2, head, draft: false, fork: false, author: account(MONA) },
    ...over,
  });
  return head;
}
const fails = (head: string, id: number): Promise<void> =>
  deliver({
    kind: 'check_failed',
    key: null,
    repository,
    failed: { by: 'run', id, name: 'docs' },
    at: { head, pulls: [2], branches: ['topic'] },
  });

/** The oldest first. */
const tasks = async () =>
  (await services.tasks.list({ repositoryId: repository.id, limit: 50 })).reverse();
const stateOf = async (id: string): Promise<TaskState> =>
  asTask(await loadFolded(services.log, { kind: 'task', id })).state;
/** The newest task is over, so that another one may begin. */
async function ends(outcome: 'refused' | 'canceled'): Promise<void> {
  const id = (await tasks()).at(-1)?.id ?? '';
  const target = { kind: 'issue', number: 2 } as const;
  await services.handle({
    stream: { kind: 'task', id },
    command:
      outcome === 'canceled'
        ? { type: 'cancel', by: steererOf(MAINTAINER), target }
        : decided('task.start', 'deny'),
    actor: { kind: 'gatehouse' },
  });
  expect((await stateOf(id)).status).toBe(outcome);
}

describe('whose pull request it is', () => {
  it('starts one task for the failing head, for its author, on its branch', async () => {
    const head = await pushed();
    await fails(head, 9);
    // The same check by another delivery, and another check of the same head.
    await fails(head, 9);
    await fails(head, 10);
    const [row, ...others] = await tasks();
    expect(others).toEqual([]);
    const { created } = await stateOf(row?.id ?? '');
    expect(created).toMatchObject({
      origin: { kind: 'check', check: { id: 9, name: 'docs', head } },
      requester: { kind: 'person', ...MONA },
      issue: 2,
      branch: 'topic',
      base: { ref: 'topic', sha: head },
      worksOn: { pull: 2, owner: 'requester', fork: false },
      instructions: 'The check "docs" fails.',
    });
    const steps = created?.graph.steps ?? [];
    expect(steps.map(({ purpose }) => purpose)).not.toContain('reproduce');
    expect(steps.find(({ id }) => id === 'author')).toMatchObject({ role: 'remediator-ci' });
    // Nobody asked for it.
    const [first] = await services.events({ kind: 'task', id: row?.id ?? '' });
    expect(first?.actor).toEqual({ kind: 'github' });
  });

  it.each<[string, Partial<OpenPull>, string]>([
    ['a fork', { fork: true }, OPTED_IN],
    ['a draft', { draft: true }, OPTED_IN],
    ['a bot', { author: account({ id: 9, login: 'renovate[bot]' }, 'Bot') }, OPTED_IN],
    ['a deleted account', { author: null }, OPTED_IN],
    ['somebody who may not write', { author: account(RHEA) }, OPTED_IN],
    ['a stranger', { author: account(OTTO) }, OPTED_IN],
    ['a repository that opts in to its own alone', {}, 'remediate: { ci: true }\n'],
    ['a repository whose configuration is broken', {}, 'remediate: { pulls: 1 }\n'],
  ])('starts nothing on that of %s', async (_, over, text) => {
    await configured(text);
    await fails(await pushed(over), 9);
    expect(await tasks()).toEqual([]);
  });

  const becomes = (action: 'ready_for_review' | 'reopened', head: string, fork = false) =>
    deliver({
      kind: 'pull_state',
      key: null,
      repository,
      pull: 2,
      head,
      base: 'main',
      fork,
      action,
      at: '2026-11-21T10:00:00.000Z',
      by: account(MONA),
    });

  it.each(['ready_for_review', 'reopened'] as const)(
    'starts a task for what failed before, once the pull request is %s',
    async action => {
      const head = await pushed({ draft: action === 'ready_for_review' });
      services.github.failedAt.set(head, { by: 'run', id: 9, name: 'docs' });
      if (action === 'ready_for_review') await fails(head, 9);
      expect(await tasks()).toEqual([]);
      Object.assign(services.github.openPulls[0] ?? {}, { draft: false });
      await becomes(action, head);
      const [row] = await tasks();
      expect((await stateOf(row?.id ?? '')).created?.origin).toMatchObject({
        kind: 'check',
        check: { id: 9, name: 'docs', head, reportedAs: 'check_run' },
      });
    },
  );

  it('starts nothing once it is ready where nothing failed, on a fork, and where nobody opted in', async () => {
    const head = await pushed();
    await becomes('ready_for_review', head);
    services.github.failedAt.set(head, { by: 'status', id: 9, name: 'docs' });
    await becomes('ready_for_review', head, true);
    await configured('remediate: { ci: true }\n');
    await becomes('ready_for_review', head);
    expect(await tasks()).toEqual([]);
  });

  it('starts nothing for a commit that is not the head any more', async () => {
    const before = await pushed();
    await pushed();
    await fails(before, 9);
    expect(await tasks()).toEqual([]);
  });
});

describe('how long it goes on', () => {
  it('until the same output comes again, and says so once', async () => {
    await fails(await pushed(), 9);
    await ends('refused');
    await fails(await pushed(), 10);
    await fails(await pushed(), 11);
    const [row, ...others] = await tasks();
    expect(others).toEqual([]);
    const events = await services.events({ kind: 'task', id: row?.id ?? '' });
    const stops = events.filter(({ type }) => type === 'remediation.stopped');
    expect(stops.map(({ data }) => data.reason)).toEqual([expect.stringMatching(/same output/)]);
    const { open } = await loadFolded(services.log, { kind: 'task', id: row?.id ?? '' });
    expect(open.filter(({ key }) => key.startsWith('answer:stopped'))).toMatchObject([
      { target: { kind: 'issue', number: 2 }, reply: { rounds: ['docs'] } },
    ]);
  });

  it('for three heads in a row whatever they print, and anew once a person asks', async () => {
    for (const id of [20, 21, 22, 23, 24]) {
      services.github.outputs.set(id, `something ${'x'.repeat(id)}`);
      await fails(await pushed(), id);
      if (id < 23) await ends('refused');
    }
    expect(await tasks()).toHaveLength(3);
    await deliver({
      kind: 'command',
      key: null,
      commands: [{ name: 'fix', text: 'in another way' }],
      by: account(MONA),
      repository,
      issue: 2,
      isPull: true,
      label: null,
      target: { kind: 'issue_comment', number: 2, id: 77 },
      said: null,
    });
    await ends('refused');
    await fails(await pushed(), 22);
    expect((await tasks()).map(({ origin }) => origin)).toEqual([
      ...['check', 'check', 'check'],
      ...['pull', 'check'],
    ]);
  });

  it('also where a call asks for it, whose tasks count as well', async () => {
    const call = async (key: string, graph: 'fix' | 'review' = 'fix') => {
      const created = await createFrom(services, {
        ...{ repository, origin: { kind: 'call', key }, graph, key, delivery: null },
        requester: { kind: 'token', id: 'ci', project: 'nightly' },
        command: { name: graph, text: '' },
        about: { issue: issue(2, { isPull: true }), isPull: true },
        goal: { title: 'The build is red', body: '' },
        ...{ taint: [], planned: null, runs: null, target: null, label: null },
      });
      return created.outcome === 'refused' ? created.answer : created.outcome;
    };
    await fails(await pushed(), 9);
    await ends('refused');
    await pushed();
    for (const key of ['a', 'b']) {
      expect(await call(key)).toBe('created');
      await ends('refused');
    }
    expect(await call('c')).toMatchObject({
      reasons: [expect.stringMatching(/3 times in a row, and a call asks/)],
    });
    expect(await call('d')).toMatchObject({
      reasons: [expect.stringMatching(/until a person asks/)],
    });
    // The same call again, and one that pushes nothing.
    expect(await call('b')).toBe('repeated');
    expect(await call('e', 'review')).toBe('created');
    await ends('refused');
    await fails(await pushed(), 10);
    expect(await tasks()).toHaveLength(4);
    const id = (await tasks())[2]?.id ?? '';
    const stops = (await services.events({ kind: 'task', id })).filter(
      ({ type }) => type === 'remediation.stopped',
    );
    expect(stops).toHaveLength(1);
  });

  it('not on a head on which a person canceled it, and not less long for that', async () => {
    const head = await pushed();
    await fails(head, 9);
    await ends('canceled');
    await fails(head, 10);
    expect(await tasks()).toHaveLength(1);
    await fails(await pushed(), 11);
    expect(await tasks()).toHaveLength(2);
  });
});

describe('whoever pushes meanwhile', () => {
  const moved = (head: string, by: Account) =>
    deliver({
      kind: 'head_moved',
      key: null,
      repository,
      pull: 2,
      head,
      base: 'main',
      fork: false,
      at: '2026-11-21T10:00:00.000Z',
      by,
      own: false,
    });

  it('wins where it is a person: the work ends, says why, and begins anew where that fails', async () => {
    const first = await pushed();
    await fails(first, 9);
    const second = await pushed();
    await moved(second, account(MONA));
    const [row] = await tasks();
    expect(await stateOf(row?.id ?? '')).toMatchObject({
      status: 'canceled',
      reason: expect.stringContaining(`mona pushed ${second.slice(0, 7)} to topic`),
    });
    await fails(second, 10);
    expect(await tasks()).toHaveLength(2);
    // A delivery that comes late tells of the head that is worked on.
    await moved(first, account(MONA));
    expect((await tasks()).map(({ open }) => open)).toEqual([false, true]);
  });

  it('ends nothing where it is a machine: what is pushed is never pushed over all the same', async () => {
    await fails(await pushed(), 9);
    await moved(await pushed(), account({ id: 9, login: 'format[bot]' }, 'Bot'));
    expect((await tasks()).map(({ open }) => open)).toEqual([true]);
  });
});
