/** The contract of every queue: a job runs after it was added, and never twice at the same time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Consumer, Job, Queue } from '../../src/engine/ports/queue.ts';
import { HANGS_MS } from '../demo/until.ts';

export type QueueParts = {
  connect(log: (message: string) => void): Promise<Queue>;
  /** The command line of a process that takes one job, prints it, and never ends it. */
  hog: string[];
  /** The queue's server stops, and loses its data where it keeps none on disk, and starts again. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
};

type Handler = (job: Job, signal: AbortSignal) => Promise<void>;

export function queueContract(name: string, open: () => Promise<QueueParts>): void {
  describe(`queue: ${name}`, () => {
    let parts: QueueParts;
    let queue: Queue;
    let other: Queue;
    const told: string[] = [];
    const consumers: Consumer[] = [];
    beforeAll(async () => {
      parts = await open();
      const log = (message: string) => void told.push(message);
      // Both start at once on an empty server, where each may have to create the tables.
      [queue, other] = await Promise.all([parts.connect(log), parts.connect(log)]);
    });
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map(consumer => consumer.stop(0)));
    });
    afterAll(async () => {
      await Promise.all([queue.close(), other.close()]);
      await parts.close();
    });

    let count = 0;
    const newJob = (): Job => ({ name: 'effect', stream: 'task/1', key: `key: ${++count}` });
    const add = (job: Job, delayMs = 0, on = queue) => on.add([{ job, delayMs }]);
    async function consume(handler: Handler, concurrency = 10, on = queue) {
      const consumer = await on.consume(handler, { concurrency });
      consumers.push(consumer);
      return consumer;
    }
    /** Resolves once `check` returns true. */
    async function until(check: () => boolean, ms = HANGS_MS) {
      for (const end = Date.now() + ms; !check(); await sleep(5))
        if (Date.now() > end) throw new Error(`not within ${ms} ms`);
    }
    /** Returns once every job that was added before has run. */
    async function flushed(seen: Job[]) {
      const last = newJob();
      await add(last);
      await until(() => seen.some(job => JSON.stringify(job) === JSON.stringify(last)));
      seen.splice(
        seen.findIndex(job => JSON.stringify(job) === JSON.stringify(last)),
        1,
      );
    }

    test('each job comes as it was added, once, in order', async () => {
      const jobs: Job[] = [{ name: 'delivery', guid: '42' }, newJob(), newJob()];
      await queue.add(jobs.map(job => ({ job, delayMs: 0 })));
      const seen: Job[] = [];
      await consume(async job => void seen.push(job), 1);
      await flushed(seen);
      expect(seen).toEqual(jobs);
    });

    test('the same job twice while the first waits is one job', async () => {
      const job = newJob();
      await queue.add([
        { job, delayMs: 0 },
        { job, delayMs: 0 },
      ]);
      await add(job, 0, other);
      const seen: Job[] = [];
      await consume(async job => void seen.push(job), 1);
      await flushed(seen);
      expect(seen).toEqual([job]);
    });

    test('added while its twin runs, it runs once more, afterwards', async () => {
      const job = newJob();
      const steps: string[] = [];
      const finish = Promise.withResolvers<void>();
      const handler: Handler = async () => {
        steps.push('start');
        if (steps.length === 1) await finish.promise;
        steps.push('end');
      };
      await consume(handler);
      await consume(handler, 10, other);
      await add(job);
      await until(() => steps.length === 1);
      await add(job);
      await add(job, 0, other);
      await sleep(200);
      expect(steps).toEqual(['start']);
      finish.resolve();
      await until(() => steps.length >= 4);
      await sleep(200);
      expect(steps).toEqual(['start', 'end', 'start', 'end']);
    });

    test('a job that ended can be added again, at once', async () => {
      const job = newJob();
      let runs = 0;
      await consume(async () => {
        runs += 1;
      });
      for (let turn = 1; turn <= 5; turn++) {
        await add(job);
        await until(() => runs >= turn);
      }
      expect(runs).toBe(5);
    });

    test('a delay is kept; adding it anew sets its time anew', async () => {
      const [later, sooner] = [newJob(), newJob()];
      const ran = new Map<string, number>();
      await consume(async job => {
        if (job.name === 'effect') ran.set(job.key, Date.now());
      });
      const began = Date.now();
      await add(later, 400);
      await add(sooner, 60_000);
      await add(sooner, 0);
      await until(() => ran.size === 2);
      const tookOf = (job: Job) => (ran.get(job.name === 'effect' ? job.key : '') ?? 0) - began;
      expect(tookOf(later)).toBeGreaterThanOrEqual(395);
      expect(tookOf(sooner)).toBeLessThan(5_000);
    });

    test.each([0.5, -1, Number.NaN])('a delay of %d is refused', async delayMs => {
      await expect(add(newJob(), delayMs)).rejects.toThrow(
        `a delay must be a whole number of milliseconds, not ${delayMs}`,
      );
    });

    test('a handler that throws is logged, and not asked again', async () => {
      const job = newJob();
      const seen: Job[] = [];
      await consume(async one => {
        seen.push(one);
        if (JSON.stringify(one) === JSON.stringify(job)) throw new Error('no such luck');
      });
      await add(job);
      await flushed(seen);
      expect(seen).toEqual([job]);
      expect(told).toContain('job effect failed: no such luck');
    });

    test('as many at once as it was told, and no more', async () => {
      let running = 0;
      let most = 0;
      let done = 0;
      await consume(async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(30);
        running -= 1;
        done += 1;
      }, 3);
      await queue.add(Array.from({ length: 30 }, () => ({ job: newJob(), delayMs: 0 })));
      await until(() => done === 30);
      expect(most).toBe(3);
    });

    test('500 jobs among two consumers: each exactly once', async () => {
      const runs = new Map<string, number>();
      const handler: Handler = async job => {
        const key = JSON.stringify(job);
        runs.set(key, (runs.get(key) ?? 0) + 1);
      };
      await consume(handler);
      await consume(handler, 10, other);
      const jobs = Array.from({ length: 500 }, newJob);
      for (let start = 0; start < jobs.length; start += 50)
        await queue.add(jobs.slice(start, start + 50).map(job => ({ job, delayMs: 0 })));
      await until(() => runs.size === 500);
      await sleep(100);
      expect([...runs.values()].every(count => count === 1)).toBe(true);
    });

    describe('stopping', () => {
      test('waits for what runs; what comes later is for the next', async () => {
        const [first, second] = [newJob(), newJob()];
        const steps: string[] = [];
        const handler: Handler = async job => {
          const key = job.name === 'effect' ? job.key : '';
          steps.push(`${key} starts`);
          await sleep(300);
          steps.push(`${key} ends`);
        };
        const keys = [first, second].map(job => (job.name === 'effect' ? job.key : ''));
        const consumer = await consume(handler);
        await add(first);
        await until(() => steps.length === 1);
        const stopped = consumer.stop(10_000);
        // A query for jobs that was already running may still take it; then it is waited for.
        await add(second);
        await stopped;
        const begun = steps.filter(step => step.endsWith('starts')).length;
        expect(steps.filter(step => step.endsWith('ends'))).toHaveLength(begun);
        await consume(handler);
        await until(() => steps.length === 4);
        expect(steps.toSorted()).toEqual(
          keys.flatMap(key => [`${key} ends`, `${key} starts`]).toSorted(),
        );
      });

      test('aborts what takes longer than the grace', async () => {
        let reason: unknown;
        const started = Promise.withResolvers<void>();
        const consumer = await consume(async (_job, signal) => {
          started.resolve();
          await once(signal, 'abort');
          reason = signal.reason;
        });
        await add(newJob());
        await started.promise;
        const began = performance.now();
        await consumer.stop(100);
        expect(performance.now() - began).toBeLessThan(3_000);
        expect(String(reason)).toContain('stopping');
      });
    });

    describe('accidents', () => {
      test('jobs whose workers are killed come back, however often', async () => {
        const job = newJob();
        await add(job);
        for (let kills = 0; kills < 2; kills++) {
          const [file = '', ...args] = parts.hog;
          const hog = spawn(file, args, {
            stdio: ['ignore', 'pipe', 'inherit'],
            env: { PATH: process.env.PATH },
          });
          const [line] = await once(createInterface(hog.stdout), 'line');
          expect(JSON.parse(line)).toEqual(job);
          const ended = once(hog, 'exit');
          hog.kill('SIGKILL');
          await ended;
        }
        const seen: Job[] = [];
        const began = performance.now();
        await consume(async one => void seen.push(one));
        await until(() => seen.length > 0);
        expect(seen).toEqual([job]);
        // The most is twice the lock's duration and the interval of the check for stalled jobs.
        expect(performance.now() - began).toBeLessThan(12_000);
      }, 40_000);

      test('while the server is away adding fails soon; once it is back, jobs run again', async () => {
        const seen: Job[] = [];
        await consume(async job => void seen.push(job));
        await flushed(seen);
        await parts.down();
        const began = performance.now();
        await expect(add(newJob())).rejects.toThrow();
        expect(performance.now() - began).toBeLessThan(6_000);
        await parts.up();
        const job = newJob();
        for (let added = false; !added; await sleep(50))
          added = await add(job).then(
            () => true,
            () => false,
          );
        const has = () => seen.some(one => JSON.stringify(one) === JSON.stringify(job));
        await until(has);
      }, 40_000);
    });
  });
}
