/** The queue is a hint: whatever it loses stands in the log, and is found again. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { streamName } from '../../src/core/stream.ts';
import { createDispatcher } from '../../src/engine/dispatch.ts';
import { createHandle } from '../../src/engine/handle.ts';
import type { Consumer, Job, Queue } from '../../src/engine/ports/queue.ts';
import { until } from '../demo/until.ts';
import { MONA, REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
let sql: pg.Client;
let consumer: Consumer;
const taken: Job[] = [];
beforeAll(async () => {
  services = await openServices();
  sql = new pg.Client({ connectionString: services.url });
  await sql.connect();
  consumer = await services.queue.consume(async job => void taken.push(job), { concurrency: 4 });
});
afterAll(async () => {
  await consumer.stop(0);
  await sql.end();
  await services.close();
});
// What one test leaves open is none of the next one's business.
beforeEach(async () => {
  await sql.query("UPDATE streams SET open = '[]', open_since = NULL, due_at = NULL");
  await sql.query("UPDATE deliveries SET state = 'handled'");
  taken.length = 0;
});

type Engine = ReturnType<typeof engineOn>;

let guids = 0;
/** An engine on this queue; what it warns of. */
function engineOn(queue: Queue) {
  const warnings: string[] = [];
  const warn = (problem: string, error: unknown) =>
    void warnings.push(`${problem}: ${error instanceof Error ? error.message : error}`);
  const dispatcher = createDispatcher({ ...services, queue, warn });
  const handle = createHandle({ ...services, appended: dispatcher.appended });
  const target = { kind: 'issue', number: 1 } as const;
  return {
    dispatcher,
    warnings,
    /** A call is answered: opens two effects. */
    async answer() {
      const stream = { kind: 'delivery' as const, id: `guid-${++guids}` };
      const answer = { code: 'help' } as const;
      const handled = await handle({
        stream,
        command: { type: 'answer', repository: REPOSITORY, by: MONA, target, answer },
        actor: { kind: 'person', ...MONA },
      });
      expect(handled.ok).toBe(true);
      const job = (key: string): Job => ({ name: 'effect', stream: streamName(stream), key });
      return { stream, handle, jobs: [job('acknowledge'), job('answer')] };
    },
  };
}
const all = (jobs: Job[]) =>
  until(
    `${jobs.length} jobs`,
    async () =>
      jobs.every(job => taken.some(other => JSON.stringify(other) === JSON.stringify(job))),
    5_000,
  );
/** Takes everything and forgets it. */
const losing: Queue = {
  add: async () => {},
  consume: async () => ({ stop: async () => {} }),
  close: async () => {},
};
const down: Queue = { ...losing, add: () => Promise.reject(new Error('connection refused')) };

describe('what was appended', () => {
  it('is handed to the queue at once', async () => {
    const { jobs } = await engineOn(services.queue).answer();
    await all(jobs);
  });
  it('is done here up to the limit; what waits here when it ends goes to the queue', async () => {
    const here: Job[] = [];
    const { promise: work, resolve: end } = Promise.withResolvers<void>();
    const engine = engineOn(services.queue);
    engine.dispatcher.doHere(1, job => {
      here.push(job);
      return work;
    });
    const { jobs } = await engine.answer();
    expect(here).toEqual(jobs.slice(0, 1));
    let drained = false;
    const draining = engine.dispatcher.drain().then(() => {
      drained = true;
    });
    await all(jobs.slice(1));
    expect(taken).toEqual(jobs.slice(1));
    await engine.dispatcher.delivered('while it drains', null);
    await all([{ name: 'delivery', guid: 'while it drains' }]);
    expect([here.length, drained]).toEqual([1, false]);
    end();
    await draining;
    expect(drained).toBe(true);
  });

  it('that fails here is said, and leaves room for the next', async () => {
    const engine = engineOn(services.queue);
    let failures = 0;
    engine.dispatcher.doHere(1, async () => {
      failures += 1;
      throw new Error('GitHub is away');
    });
    await engine.dispatcher.delivered('first', null);
    await until('the first to end', async () => engine.warnings.length === 1);
    await engine.dispatcher.delivered('second', null);
    await until('the second to end', async () => failures === 2);
    await engine.dispatcher.drain();
    expect(engine.warnings).toEqual(Array(2).fill('job delivery failed: GitHub is away'));
  });

  it('is found again where the queue lost it', async () => {
    const { jobs } = await engineOn(losing).answer();
    expect(taken).toEqual([]);
    expect(await engineOn(services.queue).dispatcher.sweep()).toBe(2);
    await all(jobs);
  });

  it('is found again behind hundreds that wait for their turn', async () => {
    await sql.query(
      `INSERT INTO streams (kind, id, version, hash, folded, open, open_since, due_at)
       SELECT 'task', 'waits-' || n, 1, '', '{}', '[{"key":"attempt:a","since":1,"notBefore":null}]',
         now() - interval '1 hour', '-infinity' FROM generate_series(1, 600) AS n`,
    );
    const { stream } = await engineOn(losing).answer();
    const added: Job[] = [];
    const add: Queue['add'] = async jobs => void added.push(...jobs.map(({ job }) => job));
    const { dispatcher } = engineOn({ ...losing, add });
    const isFound = () =>
      added.some(job => job.name === 'effect' && job.stream === streamName(stream));
    await dispatcher.sweep();
    expect([added.length, isFound()]).toEqual([500, false]);
    await dispatcher.sweep();
    expect([added.length, isFound()]).toEqual([602, true]);
    // It begins anew.
    await dispatcher.sweep();
    expect(added).toHaveLength(1_102);
    await sql.query("DELETE FROM streams WHERE id LIKE 'waits-%'");
  });

  it('stands, and is found again, where the queue was down', async () => {
    const engine = engineOn(down);
    const { stream, jobs } = await engine.answer();
    expect(engine.warnings).toEqual(['the queue took no jobs: connection refused']);
    expect(await services.events(stream)).toHaveLength(1);
    await engineOn(services.queue).dispatcher.sweep();
    await all(jobs);
  });

  it('is found again where everything in the queue was lost', async () => {
    await consumer.stop(0);
    const { jobs } = await engineOn(services.queue).answer();
    const tables = await sql.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'bullmq' AND tablename LIKE '%job%'",
    );
    expect(tables.rows.length).toBeGreaterThan(0);
    for (const { tablename } of tables.rows)
      await sql.query(`TRUNCATE bullmq."${tablename}" CASCADE`);
    consumer = await services.queue.consume(async job => void taken.push(job), { concurrency: 4 });
    await services.dispatcher.sweep();
    await all(jobs);
  });

  it('is handed over again as long as it is open, and no longer', async () => {
    const engine = engineOn(services.queue);
    const { stream, handle, jobs } = await engine.answer();
    await all(jobs);
    expect(await engine.dispatcher.sweep()).toBe(2);
    for (const key of ['acknowledge', 'answer'])
      await handle({
        stream,
        command: { type: 'performed', key },
        settles: { key, since: 1 },
        actor: { kind: 'gatehouse' },
      });
    expect(await engine.dispatcher.sweep()).toBe(0);
  });

  it('is left to the worker that is at it', async () => {
    const { stream } = await engineOn(losing).answer();
    const name = `effect:${streamName(stream)}:answer`;
    const epoch = (await services.leases.acquire(name, 'worker-2', 60_000))?.epoch ?? 0;
    expect(await services.dispatcher.sweep()).toBe(1);
    await services.leases.release(name, epoch);
    expect(await services.dispatcher.sweep()).toBe(2);
  });
});

describe('an effect that failed', () => {
  /** Returns when it is due again. */
  async function failAnswer({ stream, handle }: Awaited<ReturnType<Engine['answer']>>) {
    const failed = await handle({
      stream,
      command: {
        type: 'fail_effect',
        key: 'answer',
        class: 'server',
        message: '502',
        retryable: true,
        retryAfterMs: null,
      },
      settles: { key: 'answer', since: 1 },
      actor: { kind: 'gatehouse' },
    });
    if (!failed.ok) throw new Error(failed.refusal.message);
    return Date.parse(String(failed.events[0]?.data.retryAt));
  }

  it('is done here at its time without the queue; what waits when this ends goes to the queue', async () => {
    const here: Job[] = [];
    const engine = engineOn(losing);
    engine.dispatcher.doHere(4, async job => void here.push(job));
    const answered = await engine.answer();
    const retryAt = await failAnswer(answered);
    expect(here.slice(0, 2)).toEqual(answered.jobs);
    await until('the retry', async () => here.length === 3);
    expect(Date.now()).toBeGreaterThanOrEqual(retryAt);
    expect(here[2]).toEqual(answered.jobs[1]);
    await engine.dispatcher.drain();

    const added: Parameters<Queue['add']>[0] = [];
    const ending = engineOn({ ...losing, add: async jobs => void added.push(...jobs) });
    ending.dispatcher.doHere(4, async () => {});
    const left = await ending.answer();
    const retryLeftAt = await failAnswer(left);
    const before = Date.now();
    await ending.dispatcher.drain();
    expect(added).toEqual([{ job: left.jobs[1], delayMs: expect.any(Number) }]);
    expect(before + (added[0]?.delayMs ?? 0)).toBeGreaterThan(retryLeftAt - 50);
  });

  it('is handed over for its time, and not swept up before', async () => {
    const engine = engineOn(services.queue);
    const answered = await engine.answer();
    await all(answered.jobs);
    taken.length = 0;
    const retryAt = await failAnswer(answered);
    // Only the acknowledgement is due.
    expect(await engine.dispatcher.sweep()).toBe(1);
    await until('the retry', async () => taken.some(job => 'key' in job && job.key === 'answer'));
    // The queue's clock counts whole milliseconds of its own.
    expect(Date.now()).toBeGreaterThan(retryAt - 50);
    await until('to be due', async () => (await engine.dispatcher.sweep()) === 2);
  });
});

describe('a delivery', () => {
  const store = async (guid: string) =>
    services.deliveries.receive({ guid, event: 'issues', body: Buffer.from(`{"n":"${guid}"}`) });
  const age = (guid: string, seconds: number) =>
    sql.query(
      "UPDATE deliveries SET received_at = now() - $2 * interval '1 second' WHERE guid = $1",
      [guid, seconds],
    );

  it('is handed over when it is stored', async () => {
    await store('fresh');
    await services.dispatcher.delivered('fresh', null);
    await all([{ name: 'delivery', guid: 'fresh' }]);
  });

  it('that nobody was told of is swept up, once it has had its time', async () => {
    await store('forgotten');
    expect(await services.dispatcher.sweep()).toBe(0);
    await age('forgotten', 6);
    expect(await services.dispatcher.sweep()).toBe(1);
    await all([{ name: 'delivery', guid: 'forgotten' }]);
    await services.deliveries.settle('forgotten', 'handled', 'done');
    expect(await services.dispatcher.sweep()).toBe(0);
  });

  it('that takes long here is not followed a second time beside the first', async () => {
    await store('long');
    await age('long', 6);
    const followed: Job[] = [];
    const { promise: work, resolve: end } = Promise.withResolvers<void>();
    const follow = (job: Job) => {
      followed.push(job);
      return work;
    };
    const { dispatcher } = engineOn(services.queue);
    dispatcher.doHere(4, follow);
    await dispatcher.delivered('long', null);
    expect(await dispatcher.sweep()).toBe(1);
    await dispatcher.inTurn({ name: 'delivery', guid: 'long' }, follow);
    expect(followed).toHaveLength(1);
    end();
    await until('the first to end', async () => {
      await dispatcher.sweep();
      return followed.length === 2;
    });
    await dispatcher.drain();
  });

  it('from the queue, whose repository has as many waiting as it may, comes again by itself', async () => {
    const { promise: work, resolve: end } = Promise.withResolvers<void>();
    const followed: Job[] = [];
    const follow = (job: Job) => {
      followed.push(job);
      return work;
    };
    const { dispatcher } = engineOn(services.queue);
    dispatcher.doHere(1, follow);
    const jobs = Array.from({ length: 12 }, (_, at) => ({
      name: 'delivery' as const,
      guid: `burst-${at}`,
    }));
    const taken = jobs.map(job => dispatcher.inTurn(job, follow));
    end();
    await Promise.all(taken);
    await until('all to be followed', async () => followed.length === jobs.length);
    await dispatcher.drain();
  });

  it('from the queue comes again the later, the more of its repository wait', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const again: Job[] = [];
      const add: Queue['add'] = async jobs => void again.push(...jobs.map(({ job }) => job));
      const { dispatcher } = engineOn({ ...losing, add });
      const { promise: forEver } = Promise.withResolvers<void>();
      dispatcher.doHere(1, () => forEver);
      for (let at = 0; at < 500; at++)
        void dispatcher.inTurn({ name: 'delivery', guid: `crowd-${at}` }, () => forEver);
      await vi.advanceTimersByTimeAsync(900);
      expect(again).toHaveLength(100);
      await vi.advanceTimersByTimeAsync(30_000);
      expect(again.length).toBeGreaterThan(450);
    } finally {
      vi.useRealTimers();
    }
  });

  it('of many is swept up with the others of its time, oldest first', async () => {
    const guids = Array.from({ length: 501 }, (_, index) => `many-${index}`);
    await Promise.all(guids.map(store));
    await sql.query(
      "UPDATE deliveries SET received_at = now() - interval '1 minute' WHERE guid LIKE 'many-%'",
    );
    await age('many-500', 120);
    expect(await services.dispatcher.sweep()).toBe(500);
    await all([{ name: 'delivery', guid: 'many-500' }]);
    await sql.query("UPDATE deliveries SET state = 'handled' WHERE guid <> 'many-7'");
    expect(await services.dispatcher.sweep()).toBe(1);
  });
});
