/** People act in the console: what is done, what is refused and why, and what the inbox shows of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person, Role } from '../../src/core/actor.ts';
import { taskStream } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { act, type ConsoleAct, mayAct } from '../../src/engine/acts/act.ts';
import { createHandle, type Handle } from '../../src/engine/handle.ts';
import type { InboxList } from '../../src/engine/ports/approval-index.ts';
import { loadTask } from '../../src/engine/queries/queries.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import {
  approvalSubject,
  created,
  HISTORY,
  MAINTAINER,
  REVIEWER,
  sha,
} from '../core/task/given.ts';
import { beginTask } from './begin.ts';

const OTTO = { id: 3, login: 'otto' };
const RHEA = { id: 4, login: 'rhea' };
const seen = approvalSubject('pr.merge').digest;
const roles = new Map<number, Role>([
  [MAINTAINER.id, 'admin'],
  [REVIEWER.id, 'write'],
  [OTTO.id, 'write'],
  [RHEA.id, 'read'],
]);

/** Any request is looked at, and nobody's approval of their own work counts. */
const ASKED = { request: null, ownCounts: false };

let store: TestStore;
let handle: Handle;
beforeAll(async () => {
  store = await openStore();
  handle = createHandle({
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    redact: text => text,
    appended: async () => {},
  });
});
afterAll(() => store.close());

let tasks = 0;
/** A task of a repository of its own, as far as these commands bring it. */
async function task(commands: readonly TaskCommand[]): Promise<{ id: string; repository: number }> {
  const repository = 500 + ++tasks;
  const first = created();
  if (first.type !== 'create') throw new Error('a task begins with its creation');
  const of = { ...first.data.repository, id: repository };
  const data = { ...first.data, repository: of };
  const id = `act-${tasks}`;
  await beginTask(store.log, id, [{ type: 'create', data }, ...commands.slice(1)]);
  return { id, repository };
}

const parts = (perPerson = 100) => ({
  ...store,
  handle,
  github: {
    facts: { role: async (_: unknown, { id }: Person) => roles.get(id) ?? 'none' },
    inClass: <T>(_is: string, work: () => T) => work(),
  },
  settings: {
    calls: {
      perPerson,
      atOnce: 0,
      batchSeconds: 60,
      strangersPerRepository: 1,
      strangersPerInstallation: 1,
    },
  },
});
const does = (id: string, by: Person, what: ConsoleAct) =>
  act(parts(), { by, task: id, act: what });
const approve = (id: string, by: Person, digest: string = seen) =>
  does(id, by, { act: 'approve', digest });
const lastOf = async (id: string) => {
  const events = await Array.fromAsync(store.log.read(taskStream(id)));
  return events.at(-1);
};
const inbox = (
  list: InboxList,
  by: Person | null,
  { repository, ownCounts = [] }: { repository: number; ownCounts?: number[] },
) =>
  store.approvals
    .list({
      list,
      person: by?.id ?? null,
      readable: [repository],
      answerable: by && ['admin', 'write'].includes(roles.get(by.id) ?? '') ? [repository] : [],
      ownCounts,
      after: null,
      limit: 10,
    })
    .then(rows => rows.map(({ approval }) => approval));

describe('two people who approve the same at the same moment', () => {
  it('come to one decision, and the second is told whose it was', async () => {
    const { id } = await task(HISTORY.waiting);
    const outcomes = await Promise.all([approve(id, REVIEWER), approve(id, OTTO)]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.find(({ ok }) => !ok)).toMatchObject({
      why: 'decided',
      reason: expect.stringMatching(/^Already decided by (rey|otto)/),
    });
    const events = await Array.fromAsync(store.log.read(taskStream(id)));
    expect(events.filter(({ type }) => type === 'approval.answered')).toHaveLength(1);
  });
});

describe('an act', () => {
  it('is an event by the person that says where it was done', async () => {
    const { id } = await task(HISTORY.waiting);
    const by = { kind: 'person', ...REVIEWER };
    for (const [what, type] of [
      [{ act: 'approve', digest: seen }, 'approval.answered'],
      [{ act: 'revoke' }, 'approval.answered'],
      [{ act: 'deny', digest: seen, reason: 'Not yet.' }, 'approval.answered'],
      [{ act: 'put_aside', approval: 'approval-1' }, 'approval.put_aside'],
      [{ act: 'take_up', approval: 'approval-1' }, 'approval.put_aside'],
      [{ act: 'pause' }, 'task.paused'],
      [{ act: 'resume' }, 'task.resumed'],
      [{ act: 'cancel' }, 'task.finished'],
    ] as const) {
      const outcome = await does(id, REVIEWER, what);
      expect([what.act, outcome]).toEqual([what.act, { ok: true, event: expect.any(Number) }]);
      const last = await lastOf(id);
      expect(last).toMatchObject({ type, actor: by, correlation: { via: 'console', task: id } });
    }
  });

  it('of somebody without the role is refused with what `/agent help` says, and leaves nothing', async () => {
    const { id } = await task(HISTORY.waiting);
    const before = await lastOf(id);
    for (const what of ['approve', 'deny'] as const)
      expect(await does(id, RHEA, { act: what, digest: seen, reason: '' })).toMatchObject({
        why: 'forbidden',
        reason: 'It takes the role write, and you have read.',
      });
    expect(await does(id, RHEA, { act: 'cancel' })).toMatchObject({ why: 'forbidden' });
    expect((await lastOf(id))?.seq).toBe(before?.seq);
    const { state } = await loadTask(store.log, id);
    const offers = mayAct({ by: RHEA, role: 'read', state, ...ASKED });
    expect(offers.every(({ because }) => because?.startsWith('it takes the role '))).toBe(true);
    expect(mayAct({ by: REVIEWER, role: 'write', state, ...ASKED })).toEqual([
      { act: 'approve', because: null },
      { act: 'deny', because: null },
      { act: 'revoke', because: 'you have approved nothing here' },
      { act: 'put_aside', because: null },
      { act: 'take_up', because: null },
      { act: 'cancel', because: null },
      { act: 'pause', because: null },
      { act: 'resume', because: 'nothing is paused here' },
      { act: 'unlock', because: 'it takes the role maintain, and you have write' },
      { act: 'retry', because: 'nothing failed here that could be tried again' },
      {
        act: 'override',
        because: 'no review waits for people to decide about what it blocks',
      },
    ]);
  });

  it('of somebody who lost the role takes back what they approved, and does nothing else', async () => {
    const { id } = await task(HISTORY.waiting);
    const by = { id: 78, login: 'gone' };
    roles.set(by.id, 'write');
    expect(await approve(id, by)).toMatchObject({ ok: true });
    roles.set(by.id, 'read');
    expect(await does(id, by, { act: 'pause' })).toMatchObject({ why: 'forbidden' });
    expect(await does(id, by, { act: 'revoke' })).toMatchObject({ ok: true });
    expect(await does(id, by, { act: 'revoke' })).toMatchObject({ why: 'forbidden' });
  });

  it('on what has changed names what waits now', async () => {
    const { id } = await task(HISTORY.waiting);
    expect(await approve(id, REVIEWER, `sha256:${'9'.repeat(64)}`)).toMatchObject({
      why: 'changed',
      fresh: { approval: 'approval-1', digest: seen },
    });
    await handle({
      stream: taskStream(id),
      command: { type: 'head_moved', to: sha('e') },
      actor: { kind: 'github' },
    });
    expect(await approve(id, REVIEWER)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/not asked any more/),
    });
  });

  it('on what was decided says by whom', async () => {
    const { id } = await task(HISTORY.approved);
    expect(await approve(id, OTTO)).toMatchObject({
      why: 'decided',
      reason: 'Already decided by rey: approved.',
    });
  });

  it('is followed as often as on GitHub; what stops something always is', async () => {
    const { id } = await task(HISTORY.waiting);
    const few = parts(1);
    const aside: ConsoleAct = { act: 'put_aside', approval: 'approval-1' };
    const by = { id: 77, login: 'often' };
    roles.set(by.id, 'write');
    expect(await act(few, { by, task: id, act: aside })).toMatchObject({ ok: true });
    expect(await act(few, { by, task: id, act: { ...aside, act: 'take_up' } })).toMatchObject({
      why: 'too_many',
    });
    expect(await act(few, { by, task: id, act: { act: 'pause' } })).toMatchObject({ ok: true });
  });

  it('on a task that does not exist does nothing, and tries again what failed of one that does', async () => {
    expect(await does('nowhere', REVIEWER, { act: 'cancel' })).toMatchObject({ why: 'absent' });
    const failed: TaskCommand = {
      type: 'refused',
      run: 'prepare-1-1',
      reason: 'No machine can.',
    };
    const { id } = await task([...HISTORY.admitted, failed]);
    const retry: ConsoleAct = { act: 'retry', says: 'Now one can.' };
    expect(await does(id, REVIEWER, retry)).toMatchObject({ ok: true });
    const events = await Array.fromAsync(store.log.read(taskStream(id)));
    expect(events.find(({ type }) => type === 'task.retried')?.data).toMatchObject({
      instructions: 'Now one can.',
    });
  });
});

describe('the inbox', () => {
  it('shows each person what waits for them', async () => {
    const of = await task(HISTORY.waiting);
    const lists = async (by: Person | null) => ({
      mine: await inbox('mine', by, of),
      waiting: await inbox('waiting', by, of),
      aside: await inbox('aside', by, of),
      decided: await inbox('decided', by, of),
    });
    const asked = { mine: ['approval-1'], waiting: ['approval-1'], aside: [], decided: [] };
    const notMine = { ...asked, mine: [] };
    expect(await lists(REVIEWER)).toEqual(asked);
    // It is her own work; he may only read; nobody in particular has nothing of their own.
    expect(await lists(MAINTAINER)).toEqual(notMine);
    expect(await lists(RHEA)).toEqual(notMine);
    expect(await lists(null)).toEqual(notMine);
    await does(of.id, REVIEWER, { act: 'put_aside', approval: 'approval-1' });
    expect(await lists(REVIEWER)).toEqual({ ...notMine, aside: ['approval-1'] });
    expect(await lists(OTTO)).toEqual(asked);
    await approve(of.id, OTTO);
    expect(await lists(OTTO)).toEqual(notMine);
    await does(of.id, MAINTAINER, { act: 'cancel' });
    expect(await lists(OTTO)).toEqual({
      mine: [],
      waiting: [],
      aside: [],
      decided: ['approval-1'],
    });
  });

  it('shows people their own work where their approval of it counts', async () => {
    const of = await task(HISTORY.waiting);
    const { repository } = of;
    roles.set(MAINTAINER.id, 'admin');
    expect(await store.approvals.withOwnWork(MAINTAINER.id, [repository])).toMatchObject([
      { id: repository },
    ]);
    expect(await store.approvals.withOwnWork(REVIEWER.id, [repository])).toEqual([]);
    expect(await store.approvals.withOwnWork(MAINTAINER.id, [])).toEqual([]);
    expect(await inbox('mine', MAINTAINER, of)).toEqual([]);
    expect(await inbox('mine', MAINTAINER, { ...of, ownCounts: [repository] })).toEqual([
      'approval-1',
    ]);
    const asked = { readable: [repository], answerable: [repository] };
    const count = (ownCounts: number[]) =>
      store.approvals.count({ person: MAINTAINER.id, ...asked, ownCounts });
    expect(await count([])).toMatchObject({ mine: 0 });
    expect(await count([repository])).toMatchObject({ mine: 1 });
  });

  it('is cut by the repositories that may be seen, counted, and read page by page', async () => {
    const all = [
      await task(HISTORY.waiting),
      await task(HISTORY.waiting),
      await task(HISTORY.waiting),
    ];
    const readable = all.slice(0, 2).map(({ repository }) => repository);
    const query = { person: OTTO.id, readable, answerable: readable.slice(0, 1), ownCounts: [] };
    expect(await store.approvals.count(query)).toEqual({ mine: 1, waiting: 2, aside: 0 });
    const page = (after: { changedAt: string; task: string; approval: string } | null) =>
      store.approvals.list({ ...query, list: 'waiting', after, limit: 1 });
    const [first] = await page(null);
    const [second] = await page(first ?? null);
    expect([first?.task, second?.task].sort()).toEqual([all[0]?.id, all[1]?.id].sort());
    expect(await page(second ?? null)).toEqual([]);
    expect(first).toMatchObject({ repository: 'acme/span', pull: 2, action: 'pr.merge' });
  });
});
