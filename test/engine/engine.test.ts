/** The engine as a whole: it takes what the queue brings, finds what it lost, and stops cleanly. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { loadFolded } from '../../src/engine/handle.ts';
import type { Queue } from '../../src/engine/ports/queue.ts';
import { INTERVALS } from '../../src/engine/reconcile/intervals.ts';
import { asTask } from '../../src/engine/streams.ts';
import { created, decided } from '../core/task/given.ts';
import { until } from '../demo/until.ts';
import { beginTask } from './begin.ts';
import { MONA, REPOSITORY } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
let sql: pg.Client;
beforeAll(async () => {
  services = await openServices();
  sql = new pg.Client({ connectionString: services.url });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await services.close();
});
const engines: Engine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map(engine => engine.stop(0)));
});
function newEngine(over: Partial<TestServices> = {}): Engine {
  const engine = createEngine({ ...services, ...over });
  engines.push(engine);
  return engine;
}

let guids = 0;
async function callForHelp(): Promise<string> {
  const guid = `guid-${++guids}`;
  const trigger = {
    kind: 'command',
    commands: [{ name: 'help', text: '' }],
    label: null,
    by: { ...MONA, type: 'User' },
    repository: REPOSITORY,
    issue: 1,
    isPull: false,
    target: { kind: 'issue', number: 1 },
    unlike: guid,
  };
  const body = Buffer.from(JSON.stringify(trigger));
  await services.deliveries.receive({ guid, event: 'issues', body });
  return guid;
}
const answered = (guid: string) =>
  until('an answer', async () =>
    services.github.written.some(written => 'key' in written && written.key === `${guid}:answer`),
  );

describe('work', () => {
  it('goes from a stored delivery to the answer on GitHub', async () => {
    const engine = newEngine();
    await engine.work();
    const guid = await callForHelp();
    await engine.dispatcher.delivered(guid, null);
    await answered(guid);
    await until('nothing to be open', async () => (await services.outbox.due(10)).length === 0);
    // The answer may be on GitHub before the delivery is settled.
    await until(
      'the delivery to be settled',
      async () => (await services.deliveries.find(guid))?.state === 'handled',
    );
    expect((await services.deliveries.find(guid))?.state).toBe('handled');
  });

  it('of which the queue loses everything once is found by sweeping', async () => {
    /** What was offered once: it is lost the first time. */
    const offered = new Set<string>();
    const losing: Queue = {
      ...services.queue,
      async add(jobs) {
        const again = jobs.filter(({ job }) => offered.has(JSON.stringify(job)));
        for (const { job } of jobs) offered.add(JSON.stringify(job));
        if (again.length > 0) await services.queue.add(again);
      },
    };
    const engine = newEngine({ queue: losing });
    await engine.work();
    const guids = await Promise.all(Array.from({ length: 26 }, callForHelp));
    await sql.query("UPDATE deliveries SET received_at = now() - interval '1 minute'");
    engine.sweep(50);
    await Promise.all(guids.map(answered));
    // These are the jobs above this process's concurrency limit.
    expect(offered.size).toBeGreaterThan(0);
    // Found again is not done twice.
    const keys = services.github.written.flatMap(written =>
      'key' in written ? [written.key] : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is shared by two engines, and done once', async () => {
    const both = [newEngine(), newEngine()];
    await Promise.all(both.map(engine => engine.work()));
    const guids = await Promise.all(Array.from({ length: 10 }, callForHelp));
    await Promise.all(guids.flatMap(guid => both.map(e => e.dispatcher.delivered(guid, null))));
    await Promise.all(guids.map(answered));
    const keys = services.github.written.flatMap(written =>
      'key' in written ? [written.key] : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('stopping', () => {
  it('aborts what does not end in its time, and leaves it to the next worker', async () => {
    const engine = newEngine();
    await engine.work();
    const sha = services.remote.git('rev-parse', 'main');
    const commands = { install: ['sh', '-c', 'sleep 600'] };
    const first = created({
      repository: REPOSITORY,
      issue: 77,
      base: { ref: 'main', sha, because: '' },
      config: { commands, remediate: { ci: false } },
    });
    await beginTask(services.log, 'slow', [
      ...[first, decided('task.start', 'allow'), decided('run.start', 'allow', 'prepare-1-1')],
    ]);
    await engine.dispatcher.sweep();
    const stream = { kind: 'task' as const, id: 'slow' };
    const run = async () => asTask(await loadFolded(services.log, stream)).state.runs[0];
    await until('the run to start', async () => (await run())?.state === 'running');
    // The install command would run for ten minutes; a test ends before.
    await engine.stop(100);
    expect(await run()).toMatchObject({ state: 'running' });
    expect(await services.leases.held('')).toEqual([]);
    expect(await services.outbox.find(stream, 'attempt:prepare-1-1')).toMatchObject({
      failures: 0,
    });
    const next = newEngine();
    await next.work();
    await next.dispatcher.sweep();
    await until('the run to be taken for lost', async () => (await run())?.state === 'failure');
    expect(await run()).toMatchObject({ class: 'lost' });
  });
});

describe('a poll of what is in the database', () => {
  it('is made once the sweep has found something, and does not keep the sweep waiting', async () => {
    const looking = Promise.withResolvers<void>();
    let looks = 0;
    let sweeps = 0;
    const engine = newEngine({
      dueWork: {
        async kinds() {
          sweeps += 1;
          return new Set(sweeps > 2 ? ['schedules'] : []);
        },
      },
      schedules: {
        ...services.schedules,
        async due() {
          looks += 1;
          expect(sweeps).toBeGreaterThan(2);
          await looking.promise;
          return [];
        },
      },
    });
    engine.sweep(10);
    engine.reconcile(INTERVALS);
    await until('a look', async () => looks > 0);
    const before = sweeps;
    await until('more sweeps', async () => sweeps > before + 2);
    looking.resolve();
    expect(looks).toBe(1);
  });
});
