/** The rows in which workers stop, work on the same pull request, and replace each other. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/until.ts';
import type { Gatehouse } from './process.ts';
import type { Row } from './row.ts';
import { onStage, type Repository, type Stage } from './stage.ts';
import { judge } from './verdict.ts';
import { approve, label, merged, walk, working } from './walk.ts';

/** The scripts of an author that is slow. */
const SLOW = { GATEHOUSE_SIMULATION: join(import.meta.dirname, 'slow') };

type Started = { run: string; epoch: number; worker: string };

async function starts(stage: Stage, { id }: Repository): Promise<Started[]> {
  const { tasks, log } = await stage.store();
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
      onStage(setting, async stage => {
        const both: Gatehouse[] = [
          await stage.start('serve', SLOW),
          await stage.start('worker', SLOW),
        ];
        const repository = await stage.repository();
        await label(repository);
        await working(stage, 'author');
        const first = (await starts(stage, repository)).find(({ run }) => run === 'author-1-1');
        const holder = both.find(({ pid }) => first?.worker.endsWith(`-${pid}`));
        if (!holder) throw new Error(`nobody holds ${JSON.stringify(first)}`);
        holder.freeze();
        await until('another worker to take over', async () =>
          (await starts(stage, repository)).some(({ run }) => run === 'author-1-2'),
        ).finally(holder.thaw);
        await approve(repository);
        await merged(repository);
        // The last lines of its log may come late or not at all.
        await sleep(1_000);
        await judge(stage, [repository]);
        const { tasks, log } = await stage.store();
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
      onStage(setting, async stage => {
        await Promise.all([stage.start('serve'), stage.start('worker'), stage.start('worker')]);
        const repositories = [await stage.repository(), await stage.repository()];
        await Promise.all(repositories.map(walk));
        await judge(stage, repositories);
      }),
  },
  {
    name: 'a redeploy while running: drained',
    run: setting =>
      onStage(setting, async stage => {
        const old = await stage.start('serve', SLOW);
        const repository = await stage.repository();
        await label(repository);
        await working(stage, 'author');
        const [code] = await Promise.all([old.stop(), stage.start('worker')]);
        assert.equal(code, 0);
        await stage.start('serve');
        await approve(repository);
        await merged(repository);
        await judge(stage, [repository]);
        const runs = (await starts(stage, repository)).map(({ run }) => run);
        assert.ok(!runs.includes('author-1-2'), 'what ran was not given its time');
      }),
  },
  {
    name: 'a redeploy in a hurry: fenced, then resumed',
    run: setting =>
      onStage(setting, async stage => {
        const old = await stage.start('serve', SLOW);
        const repository = await stage.repository();
        await label(repository);
        await working(stage, 'author');
        const ended = old.stop();
        await sleep(200);
        process.kill(old.pid, 'SIGTERM');
        assert.equal(await ended, 0);
        await stage.start('serve');
        await approve(repository);
        await merged(repository);
        await judge(stage, [repository]);
        const runs = (await starts(stage, repository)).map(({ run }) => run);
        assert.ok(runs.includes('author-1-2'), 'what was fenced was not done again');
      }),
  },
];
