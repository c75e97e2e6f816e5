/** The rows in which workers stop, work on the same pull request, and replace each other. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/until.ts';
import { inEnvironment, type Repository, type RowEnvironment } from './environment.ts';
import type { Gatehouse } from './process.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { approve, label, merged, walk, working } from './walk.ts';

/** The scripts of an author that is slow. */
const SLOW = { GATEHOUSE_SIMULATION: join(import.meta.dirname, 'slow') };

type Started = { run: string; epoch: number; worker: string };

async function starts(environment: RowEnvironment, { id }: Repository): Promise<Started[]> {
  const { tasks, log } = await environment.store();
  const [task] = await tasks.list({ repositoryId: id });
  const found: Started[] = [];
  if (task)
    for await (const event of log.read({ kind: 'task', id: task.id }))
      if (event.type === 'run.started') found.push(event.data as Started);
  return found;
}

export const workers: Row[] = [
  {
    name: 'a worker is frozen past its lock, then resumed',
    run: setting =>
      inEnvironment(setting, async environment => {
        const both: Gatehouse[] = [
          await environment.start('serve', SLOW),
          await environment.start('worker', SLOW),
        ];
        const repository = await environment.repository();
        await label(repository);
        await working(environment, 'author');
        const first = (await starts(environment, repository)).find(
          ({ run }) => run === 'author-1-1',
        );
        const holder = both.find(({ pid }) => first?.worker.endsWith(`-${pid}`));
        if (!holder) throw new Error(`nobody holds ${JSON.stringify(first)}`);
        holder.freeze();
        await until('another worker to take over', async () =>
          (await starts(environment, repository)).some(({ run }) => run === 'author-1-2'),
        ).finally(holder.thaw);
        await approve(repository);
        await merged(repository);
        // The last lines of its log may come late or not at all.
        await sleep(1_000);
        await judge(environment, [repository]);
        const { tasks, log } = await environment.store();
        const [task] = await tasks.list({ repositoryId: repository.id });
        const told = await Array.fromAsync(log.read({ kind: 'task', id: task?.id ?? '' }));
        const lost = told.find(
          ({ type, data }) => type === 'run.finished' && data.run === 'author-1-1',
        );
        assert.equal(lost?.data.class, 'lost');
        const late = told.filter(
          ({ seq, data }) => seq > (lost?.seq ?? 0) && data.run === 'author-1-1',
        );
        assert.deepEqual(late, [], 'the old epoch wrote');
      }),
  },
  {
    name: 'several workers, one pull request each',
    run: setting =>
      inEnvironment(setting, async environment => {
        await Promise.all([
          environment.start('serve'),
          environment.start('worker'),
          environment.start('worker'),
        ]);
        const repositories = [await environment.repository(), await environment.repository()];
        await Promise.all(repositories.map(walk));
        await judge(environment, repositories);
      }),
  },
  {
    name: 'a redeploy while running: drained',
    run: setting =>
      inEnvironment(setting, async environment => {
        const old = await environment.start('serve', SLOW);
        const repository = await environment.repository();
        await label(repository);
        await working(environment, 'author');
        const [code] = await Promise.all([old.stop(), environment.start('worker')]);
        assert.equal(code, 0);
        await environment.start('serve');
        await approve(repository);
        await merged(repository);
        await judge(environment, [repository]);
        const runs = (await starts(environment, repository)).map(({ run }) => run);
        assert.ok(!runs.includes('author-1-2'), 'what ran was not given its time');
      }),
  },
  {
    name: 'a redeploy in a hurry: fenced, then resumed',
    run: setting =>
      inEnvironment(setting, async environment => {
        const old = await environment.start('serve', SLOW);
        const repository = await environment.repository();
        await label(repository);
        await working(environment, 'author');
        const ended = old.stop();
        await sleep(200);
        process.kill(old.pid, 'SIGTERM');
        assert.equal(await ended, 0);
        await environment.start('serve');
        await approve(repository);
        await merged(repository);
        await judge(environment, [repository]);
        const runs = (await starts(environment, repository)).map(({ run }) => run);
        assert.ok(runs.includes('author-1-2'), 'what was fenced was not done again');
      }),
  },
];
