/** What every event log, outbox and task index does: one transaction, one order, nothing lost. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import { type StreamRef, streamName } from '../../src/core/stream.ts';
import { GENESIS, hashOf, verifyStream } from '../../src/engine/chain.ts';
import type {
  Append,
  EventLog,
  Outbox,
  TaskIndex,
  TaskRow,
} from '../../src/engine/ports/event-log.ts';
import type { Leases } from '../../src/engine/ports/leases.ts';
import type { RunRecords, RunRow } from '../../src/engine/ports/run-records.ts';

type Parts = {
  log: EventLog;
  outbox: Outbox;
  tasks: TaskIndex;
  runRecords: RunRecords;
  leases: Leases;
  close(): Promise<void>;
};

const AT = '2026-01-02T03:04:05.678Z';

export const newTask = (): StreamRef => ({ kind: 'task', id: randomUUID() });

/** `count` sealed events that follow `head`. */
export function eventsAfter(
  stream: StreamRef,
  head: { version: number; hash: string },
  count = 1,
  data: Record<string, unknown> = { text: 'é' },
): StoredEvent[] {
  const events: StoredEvent[] = [];
  let prev = head.hash;
  for (let index = 1; index <= count; index++) {
    const unsealed = {
      stream,
      seq: head.version + index,
      at: AT,
      type: 'task.tried',
      v: 1,
      data,
      actor: { kind: 'gatehouse' as const },
      correlation: { task: stream.id },
      settles: null,
      prev,
    };
    prev = hashOf(unsealed);
    events.push({ ...unsealed, hash: prev });
  }
  return events;
}

const effect = (key: string, since: number, notBefore: string | null = null): Effect => ({
  kind: 'clean_up',
  key,
  since,
  failures: 0,
  notBefore,
  lastNotBefore: notBefore,
});

export const taskRow = (id: string, change: Partial<TaskRow> = {}): TaskRow => ({
  id,
  repositoryId: 5_000_000_000,
  repository: 'octo/library',
  issue: null,
  pull: null,
  head: null,
  branch: `gatehouse/${id}`,
  command: 'fix',
  title: 'It breaks',
  status: 'active',
  requester: 'mona',
  origin: 'issue',
  originKey: change.issue ? `#${change.issue}` : id,
  waitsOn: 'gatehouse',
  waitsSince: AT,
  reason: '',
  open: true,
  createdAt: AT,
  updatedAt: AT,
  ...change,
});

/** `role` is the task's id, so that no other test's record is found by it. */
const runRow = (task: string, run: string, change: Partial<RunRow> = {}): RunRow => ({
  task,
  run,
  role: task,
  adapter: 'codex',
  model: 'large',
  provider: 'openai',
  repositoryId: 5_000_000_000,
  outcome: 'failure',
  class: 'rate_limit',
  rejected: null,
  tokens: 5_000_000_000,
  ms: 12,
  asked: 0,
  denied: 0,
  interventions: 0,
  nanoUsd: null,
  endedAt: AT,
  ...change,
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const NOTHING = { folded: {}, open: [], task: null, runs: [], fence: null };
const EMPTY = { version: 0, hash: GENESIS };

export function eventLogContract(name: string, open: () => Promise<Parts>): void {
  describe(`event log: ${name}`, () => {
    let deps: Parts;
    beforeAll(async () => {
      deps = await open();
    });
    afterAll(() => deps.close());

    const begin = async (change: Partial<Append> = {}, count = 1) => {
      const stream = change.stream ?? newTask();
      const events = eventsAfter(stream, EMPTY, count);
      const append = { ...NOTHING, stream, expected: 0, events, ...change };
      return { stream, events, result: await deps.log.append(append) };
    };
    const read = async (stream: StreamRef, after?: number) => all(deps.log.read(stream, after));
    const dueOf = async (stream: StreamRef) =>
      (await deps.outbox.due(1_000))
        .filter(one => streamName(one.stream) === streamName(stream))
        .map(one => one.effect.key);

    describe('appending', () => {
      test('a stream that does not exist has version 0 and the genesis hash', async () => {
        const stream = newTask();
        expect(await deps.log.load(stream)).toEqual({
          stream,
          version: 0,
          hash: GENESIS,
          folded: null,
        });
        expect(await read(stream)).toEqual([]);
      });

      test('the head follows the last event and keeps the folded state', async () => {
        const folded = { state: { text: 'nul \0 and half a pair \ud800', list: [1, null] } };
        const { stream, events, result } = await begin({ folded }, 3);
        expect(result).toEqual({ outcome: 'appended' });
        const head = await deps.log.load(stream);
        expect(head).toEqual({ stream, version: 3, hash: events[2]?.hash, folded });
        const next = eventsAfter(stream, head, 2);
        const append = { ...NOTHING, stream, expected: 3, events: next, folded: { b: 2 } };
        expect(await deps.log.append(append)).toEqual({ outcome: 'appended' });
        expect(await deps.log.load(stream)).toMatchObject({ version: 5, folded: { b: 2 } });
        expect(await verifyStream(deps.log.read(stream))).toMatchObject({ ok: true, events: 5 });
      });

      test('events come back byte by byte', async () => {
        const stream = newTask();
        const data = {
          z: 1,
          a: 'nul \0, half a pair \ud800, line\u2028, ünï\u0301, \u{1f680}',
          n: [0.1, 1e21, -0, 2 ** 53],
          deep: { b: null, a: [{}] },
          text: 'x'.repeat(300_000),
        };
        const events = eventsAfter(stream, EMPTY, 2, data);
        await begin({ stream, events });
        const back = await read(stream);
        expect(JSON.stringify(back)).toBe(JSON.stringify(events));
        expect(await verifyStream(back)).toMatchObject({ ok: true });
      });

      test('a version that somebody else reached first is a conflict, and nothing is written', async () => {
        const { stream } = await begin({ open: [effect('first', 1)] });
        const second = { events: eventsAfter(stream, EMPTY), open: [effect('second', 1)] };
        for (const expected of [0, 2]) {
          const events = eventsAfter(stream, { version: expected, hash: GENESIS });
          const append = { ...NOTHING, stream, expected, ...second, events, folded: { no: 1 } };
          expect(await deps.log.append(append)).toEqual({ outcome: 'conflict' });
        }
        const nowhere = newTask();
        const events = eventsAfter(nowhere, { version: 3, hash: GENESIS });
        const append = { ...NOTHING, stream: nowhere, expected: 3, events };
        expect(await deps.log.append(append)).toEqual({ outcome: 'conflict' });
        expect(await deps.log.load(nowhere)).toMatchObject({ version: 0 });
        expect(await deps.log.load(stream)).toMatchObject({ version: 1, folded: {} });
        expect(await read(stream)).toHaveLength(1);
        expect(await dueOf(stream)).toEqual(['first']);
      });

      test('100 concurrent appends make one unforked chain', async () => {
        const stream = newTask();
        const conflicts = await Promise.all(
          Array.from({ length: 100 }, async (_, writer) => {
            for (let conflicts = 0; ; conflicts++) {
              const head = await deps.log.load(stream);
              const events = eventsAfter(stream, head, 1, { writer });
              const expected = head.version;
              const folded = { writers: expected + 1 };
              const result = await deps.log.append({
                ...NOTHING,
                stream,
                expected,
                events,
                folded,
              });
              if (result.outcome === 'appended') return conflicts;
              expect(result).toEqual({ outcome: 'conflict' });
            }
          }),
        );
        const events = await read(stream);
        expect(await verifyStream(events)).toMatchObject({ ok: true, events: 100 });
        expect(new Set(events.map(event => event.data.writer)).size).toBe(100);
        expect(await deps.log.load(stream)).toMatchObject({ folded: { writers: 100 } });
        // Otherwise they did not run at once and nothing was shown.
        expect(Math.max(...conflicts)).toBeGreaterThan(0);
      });

      test('events that do not follow `expected`, or none, are refused', async () => {
        const stream = newTask();
        const append = { ...NOTHING, stream, expected: 0 };
        const gap = eventsAfter(stream, { version: 1, hash: GENESIS });
        await expect(deps.log.append({ ...append, events: gap })).rejects.toThrow('2 after 0');
        await expect(deps.log.append({ ...append, events: [] })).rejects.toThrow('no events');
      });

      test('reading goes on from `after`, over many pages', async () => {
        const { stream } = await begin({}, 1_203);
        const events = await read(stream);
        expect(events.map(event => event.seq)).toEqual(events.map((_, index) => index + 1));
        expect(events).toHaveLength(1_203);
        expect((await read(stream, 1_200)).map(event => event.seq)).toEqual([1_201, 1_202, 1_203]);
      });

      test('every stream is listed once, by kind and id', async () => {
        const { stream: task } = await begin();
        const { stream: delivery } = await begin({ stream: { kind: 'delivery', id: 'Zä/1' } });
        const names = (await all(deps.log.streams())).map(streamName);
        expect(names).toContain(streamName(task));
        expect(names).toContain(streamName(delivery));
        expect(names).toEqual([...new Set(names)].sort());
        const deliveries = (await all(deps.log.streams('delivery'))).map(streamName);
        expect(deliveries).toEqual(names.filter(name => name.startsWith('delivery/')));
      });
    });

    describe('fences', () => {
      test('what stands on a lease is written only while that epoch stands', async () => {
        const lease = `effect:${randomUUID()}`;
        const first = (await deps.leases.acquire(lease, 'a', 60_000))?.epoch ?? null;
        expect(first).not.toBeNull();
        const fence = { lease, epoch: first ?? 0 };
        const { stream, result } = await begin({ fence });
        expect(result).toEqual({ outcome: 'appended' });

        const second = (await deps.leases.acquire(lease, 'a', 60_000))?.epoch ?? null;
        const events = eventsAfter(stream, await deps.log.load(stream));
        const append = { ...NOTHING, stream, expected: 1, events };
        expect(await deps.log.append({ ...append, fence })).toEqual({ outcome: 'fenced' });
        expect((await begin({ fence })).result).toEqual({ outcome: 'fenced' });
        expect(await read(stream)).toHaveLength(1);
        const stands = { lease, epoch: second ?? 0 };
        expect(await deps.log.append({ ...append, fence: stands })).toEqual({
          outcome: 'appended',
        });
      });

      test('a lease that is given back with an append leaves nothing in doubt', async () => {
        const lease = `effect:${randomUUID()}`;
        for (const [release, doubted] of [
          [true, false],
          [false, true],
        ] as const) {
          const epoch = (await deps.leases.acquire(lease, 'a', 60_000))?.epoch ?? 0;
          const { result } = await begin({ fence: { lease, epoch, release } });
          expect(result).toEqual({ outcome: 'appended' });
          if (!release) await deps.leases.release(lease, epoch);
          const next = await deps.leases.acquire(lease, 'b', 60_000);
          expect(next).toEqual({ epoch: epoch + 1, doubted });
          await deps.leases.release(lease, epoch + 1);
        }
      });

      test('an epoch that ran out, was released or never was is over', async () => {
        const released = `effect:${randomUUID()}`;
        const epoch = (await deps.leases.acquire(released, 'a', 60_000))?.epoch ?? 0;
        await deps.leases.release(released, epoch);
        const short = `effect:${randomUUID()}`;
        await deps.leases.acquire(short, 'a', 1);
        await sleep(5);
        for (const fence of [
          { lease: released, epoch },
          { lease: short, epoch: 1 },
          { lease: 'effect:nobody', epoch: 1 },
        ])
          expect((await begin({ fence })).result).toEqual({ outcome: 'fenced' });
      });
    });

    describe('the outbox', () => {
      test('holds the effects that are open after the last append', async () => {
        const open = [effect('keep', 1), effect('settle', 1)];
        const { stream } = await begin({ open });
        expect(await deps.outbox.find(stream, 'settle')).toEqual(effect('settle', 1));
        const events = eventsAfter(stream, await deps.log.load(stream));
        const next = [effect('keep', 2), effect('new', 2)];
        await deps.log.append({ ...NOTHING, stream, expected: 1, events, open: next });
        expect(await deps.outbox.find(stream, 'settle')).toBeNull();
        expect(await deps.outbox.find(stream, 'keep')).toEqual(effect('keep', 2));
        expect((await dueOf(stream)).sort()).toEqual(['keep', 'new']);
      });

      test('due: not before its time, not while somebody holds it, the oldest first', async () => {
        const minute = 60_000;
        const later = new Date(Date.now() + 10 * minute).toISOString();
        const earlier = new Date(Date.now() - 10 * minute).toISOString();
        const stream = newTask();
        const events = eventsAfter(stream, EMPTY, 3).map((event, index) => ({
          ...event,
          at: new Date(Date.parse(AT) + index).toISOString(),
        }));
        const open = [
          effect('third', 3),
          effect('later', 1, later),
          effect('first', 1, earlier),
          effect('second', 2),
        ];
        await begin({ stream, events, open });
        expect(await dueOf(stream)).toEqual(['first', 'second', 'third']);
        const lease = `effect:${streamName(stream)}:second`;
        const epoch = (await deps.leases.acquire(lease, 'a worker', minute))?.epoch ?? null;
        expect(await dueOf(stream)).toEqual(['first', 'third']);
        await deps.leases.release(lease, epoch ?? 0);
        expect(await dueOf(stream)).toEqual(['first', 'second', 'third']);
        const streams = (await deps.outbox.due(1)).map(one => streamName(one.stream));
        expect(new Set(streams).size).toBe(1);
      });
    });

    test('waiting: what is due and held by nobody, how old that is, and what is due later', async () => {
      const before = await deps.outbox.waiting(1_000);
      const later = new Date(Date.now() + 600_000).toISOString();
      const { stream } = await begin({ open: [effect('now', 1)] });
      await begin({ open: [effect('later', 1, later)] });
      await sleep(5);
      const counted = await deps.outbox.waiting(1_000);
      expect(counted.due - before.due).toBe(1);
      expect(counted.delayed - before.delayed).toBe(1);
      expect(counted.oldestMs).toBeGreaterThan(0);
      const lease = `effect:${streamName(stream)}:now`;
      const epoch = (await deps.leases.acquire(lease, 'a worker', 60_000))?.epoch ?? null;
      expect((await deps.outbox.waiting(1_000)).due).toBe(before.due);
      await deps.leases.release(lease, epoch ?? 0);
    });

    test('due: streams of which everything is held take nobody’s place', async () => {
      const before = (await deps.outbox.due(1_000)).length;
      const leaseOf = (stream: StreamRef) => `effect:${streamName(stream)}:only`;
      const epochs = new Map<string, number>();
      // More of them than are asked for.
      for (let held = 0; held < before + 2; held += 1) {
        const { stream } = await begin({ open: [effect('only', 1)] });
        const lease = leaseOf(stream);
        epochs.set(lease, (await deps.leases.acquire(lease, 'a worker', 60_000))?.epoch ?? 0);
      }
      const { stream } = await begin({ open: [effect('only', 1)] });
      const due = await deps.outbox.due(before + 1);
      expect(due.map(one => streamName(one.stream))).toContain(streamName(stream));
      for (const [lease, epoch] of epochs) await deps.leases.release(lease, epoch);
    });

    test('due: looked for in parts, each stream is found once', async () => {
      const begun = await Promise.all(
        Array.from({ length: 5 }, () => begin({ open: [effect('this', 1), effect('that', 1)] })),
      );
      const found: string[] = [];
      for (let due = await deps.outbox.due(2); due.length > 0; ) {
        found.push(...due.map(({ stream, effect: { key } }) => `${streamName(stream)} ${key}`));
        due = await deps.outbox.due(2, due.at(-1) ?? null);
      }
      expect(new Set(found).size).toBe(found.length);
      const expected = begun.flatMap(({ stream }) =>
        ['this', 'that'].map(key => `${streamName(stream)} ${key}`),
      );
      expect(found).toEqual(expect.arrayContaining(expected));
    });

    test('due: first the stream that has had something open for longest', async () => {
      const [first, second] = [newTask(), newTask()];
      await begin({ stream: first, open: [effect('one', 1)] });
      await sleep(5);
      await begin({ stream: second, open: [effect('two', 1)] });
      await sleep(5);
      const append = async (stream: StreamRef, open: Effect[]) => {
        const { version, hash } = await deps.log.load(stream);
        const events = eventsAfter(stream, { version, hash });
        await deps.log.append({ ...NOTHING, stream, expected: version, events, open });
      };
      const order = async () =>
        (await deps.outbox.due(1_000))
          .filter(({ effect: { key } }) => ['one', 'two', 'more'].includes(key))
          .map(({ stream }) => stream.id);
      // Something stays open all the time: the stream keeps its place.
      await append(first, [effect('more', 2)]);
      expect(await order()).toEqual([first.id, second.id]);
      // Nothing is open for a moment: it goes to the end.
      await append(first, []);
      await append(first, [effect('more', 4)]);
      expect(await order()).toEqual([second.id, first.id]);
    });

    describe('the task index', () => {
      test('finds and lists, newest first', async () => {
        const repositoryId = Math.floor(Math.random() * 2 ** 40);
        const rows = ['01', '02', '03'].map((second, index) =>
          taskRow(randomUUID(), {
            repositoryId,
            issue: index,
            pull: index + 10,
            head: index === 2 ? null : `${index}`.repeat(40),
            createdAt: `2026-01-01T00:00:${second}.000Z`,
            open: index !== 1,
          }),
        );
        for (const task of rows) await begin({ stream: { kind: 'task', id: task.id }, task });
        const [first, second, third] = rows;
        const list = (query: Parameters<TaskIndex['list']>[0]) =>
          deps.tasks.list({ repositoryId, ...query });
        expect(await deps.tasks.find(first?.id ?? '')).toEqual(first);
        expect(await deps.tasks.find('nobody')).toBeNull();
        expect(await list({})).toEqual([third, second, first]);
        expect(await list({ limit: 1 })).toEqual([third]);
        expect(await list({ open: true })).toEqual([third, first]);
        expect(await list({ issue: 1 })).toEqual([second]);
        expect(await list({ pull: 12 })).toEqual([third]);
        expect(await list({ branch: first?.branch ?? '' })).toEqual([first]);
        expect(await list({ head: '1'.repeat(40) })).toEqual([second]);
        expect(await list({ head: null })).toEqual([third]);
        const moved = { ...first, head: '9'.repeat(40) } as TaskRow;
        const stream = { kind: 'task' as const, id: moved.id };
        const { version, hash } = await deps.log.load(stream);
        const events = eventsAfter(stream, { version, hash });
        await deps.log.append({ ...NOTHING, stream, expected: version, events, task: moved });
        expect(await list({ head: '0'.repeat(40) })).toEqual([]);
        expect(await list({ head: moved.head })).toEqual([moved]);
      });

      test('a title may hold what the database’s text may not', async () => {
        const stream = newTask();
        await begin({ stream, task: taskRow(stream.id, { title: 'a\0b' }) });
        expect(await deps.tasks.find(stream.id)).toMatchObject({ title: 'a\uFFFDb' });
      });

      test('one open task on an issue: the second is told of the first', async () => {
        const issue = { repositoryId: Math.floor(Math.random() * 2 ** 40), issue: 7 };
        const streams = Array.from({ length: 10 }, newTask);
        const results = await Promise.all(
          streams.map(stream => begin({ stream, task: taskRow(stream.id, issue) })),
        );
        const winner = results.find(({ result }) => result.outcome === 'appended');
        const losers = results.filter(one => one !== winner);
        const by = winner?.stream.id ?? '';
        expect(losers.map(({ result }) => result)).toEqual(
          losers.map(() => ({ outcome: 'taken', by })),
        );
        for (const { stream } of losers)
          expect(await deps.log.load(stream)).toMatchObject({ version: 0 });

        // Once it has ended, there is room for the next.
        const ended = taskRow(by, { ...issue, open: false, status: 'success' });
        const stream = { kind: 'task' as const, id: by };
        const events = eventsAfter(stream, await deps.log.load(stream));
        await deps.log.append({ ...NOTHING, stream, expected: 1, events, task: ended });
        const next = newTask();
        const { result } = await begin({ stream: next, task: taskRow(next.id, issue) });
        expect(result).toEqual({ outcome: 'appended' });
        expect(await deps.tasks.find(by)).toEqual(ended);
      });
    });

    describe("the records of agents' runs", () => {
      test('are written with the events, once, and read newest first', async () => {
        const { stream, events } = await begin();
        const at = (minute: number) => `2026-11-28T10:0${minute}:00.000Z`;
        const first = runRow(stream.id, 'author-1-1', { endedAt: at(1) });
        const second = runRow(stream.id, 'author-1-2', { endedAt: at(2), outcome: 'success' });
        const [one, two] = eventsAfter(stream, { version: 1, hash: events[0]?.hash ?? '' }, 2);
        if (!one || !two) throw new Error('two events were asked for');
        const append = (event: StoredEvent, runs: RunRow[]) =>
          deps.log.append({ ...NOTHING, stream, expected: event.seq - 1, events: [event], runs });
        await append(one, [first]);
        // What became of the work of the first one, and what it cost, is known by now.
        const known = { rejected: 'sent_back' as const, interventions: 1, nanoUsd: 7_000_000_000 };
        const sentBack = { ...first, ...known };
        await append(two, [sentBack, second]);
        const kept = [second, sentBack].map(({ task, run, ...record }) => record);
        expect(await deps.runRecords.ofRole(stream.id, 9)).toEqual(kept);
        expect(await deps.runRecords.ofRole(stream.id, 1)).toEqual(kept.slice(0, 1));
        const ours = async (from: string) =>
          (await deps.runRecords.since(new Date(from), 1_000)).filter(
            ({ role }) => role === stream.id,
          );
        expect(await ours(at(2))).toEqual(kept.slice(0, 1));
        expect(await ours(at(1))).toEqual(kept);
      });
    });

    describe('rebuilding', () => {
      test('writes what appending wrote', async () => {
        const stream = newTask();
        const projection = {
          folded: { a: 1 },
          open: [effect('now', 2), effect('then', 1, '2099-01-01T00:00:00.000Z')],
          task: taskRow(stream.id),
          runs: [runRow(stream.id, 'author-1-1')],
        };
        await begin({ stream, ...projection }, 2);
        const head = await deps.log.load(stream);
        const wrong = { folded: {}, open: [effect('wrong', 1)], task: taskRow('x'), runs: [] };
        expect(await deps.log.rebuild({ stream, expected: 2, ...wrong })).toBe('rebuilt');
        expect(await dueOf(stream)).toEqual(['wrong']);
        expect(await deps.tasks.find(stream.id)).toBeNull();
        expect(await deps.runRecords.ofRole(stream.id, 9)).toEqual([]);
        expect(await deps.log.rebuild({ stream, expected: 2, ...projection })).toBe('rebuilt');
        expect(await deps.log.load(stream)).toEqual(head);
        expect(await dueOf(stream)).toEqual(['now']);
        expect(await deps.outbox.find(stream, 'then')).toEqual(projection.open[1]);
        expect(await deps.tasks.find(stream.id)).toEqual(projection.task);
        expect(await deps.runRecords.ofRole(stream.id, 9)).toHaveLength(1);
      });

      test('a projection of fewer events than there are is not written', async () => {
        const { stream } = await begin({ open: [effect('open', 2)] }, 2);
        const stale = {
          stream,
          expected: 1,
          folded: { stale: true },
          open: [],
          task: null,
          runs: [],
        };
        expect(await deps.log.rebuild(stale)).toBe('conflict');
        expect(await deps.log.load(stream)).toMatchObject({ version: 2, folded: {} });
        expect(await dueOf(stream)).toEqual(['open']);
      });
    });
  });
}
