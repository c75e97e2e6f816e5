/** The rows in which PostgreSQL fails during the work. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../demo/until.ts';
import { inEnvironment, type RowEnvironment } from './environment.ts';
import type { Row, Setting } from './row.ts';
import { judge } from './verdict.ts';
import { approve, label, merged, walk, working } from './walk.ts';
import { nothing, send } from './webhook.ts';

const AWAY_MS = 6_000;

/** The fault is made while the author works, and then ended; the work completes nevertheless. */
const whileWorking = (
  name: string,
  harm: (environment: RowEnvironment, setting: Setting) => Promise<void>,
): Row => ({
  name,
  run: setting =>
    inEnvironment(setting, async environment => {
      await environment.start('serve');
      const repository = await environment.repository();
      await label(repository);
      await working(environment, 'author');
      await harm(environment, setting);
      await approve(repository);
      await merged(repository);
      await judge(environment, [repository]);
    }),
});

/** While PostgreSQL is down nothing is acknowledged and nothing is written to GitHub. */
async function away(environment: RowEnvironment, { database }: Setting): Promise<void> {
  // An embedded PostgreSQL is started again at once by a process that needs it.
  if (database === 'embedded') return;
  await sleep(1_000);
  const before = environment.requests.length;
  const refused = await send(environment, 'issues', nothing());
  assert.ok(refused.status >= 500 && refused.ms < 5_500, `answered ${JSON.stringify(refused)}`);
  await sleep(AWAY_MS);
  const writes = environment.requests
    .slice(before)
    .filter(({ line }) => /^(POST|PATCH|PUT|DELETE) \/repos/.test(line));
  assert.deepEqual(writes, [], 'written to GitHub without a database');
  await environment.postgres.start();
}

export const database: Row[] = [
  whileWorking('PostgreSQL is stopped', async (environment, setting) => {
    await environment.postgres.stop();
    await away(environment, setting);
  }),
  whileWorking('PostgreSQL is killed', async (environment, setting) => {
    await environment.postgres.kill();
    await away(environment, setting);
  }),
  {
    name: 'received, not stored: 5xx within 5 s, and found later',
    run: setting =>
      inEnvironment(setting, async environment => {
        await environment.start('serve');
        const repository = await environment.repository();
        await environment.github.idle();
        await environment.postgres.freeze();
        const sent = environment.github.deliveries().length;
        await label(repository);
        await until('GitHub to be refused', async () =>
          environment.github
            .deliveries()
            .slice(sent)
            .some(({ statusCode }) => statusCode !== 0),
        );
        await environment.github.idle();
        await environment.postgres.thaw();
        for (const { statusCode, duration } of environment.github.deliveries().slice(sent))
          assert.ok(statusCode >= 500 && duration < 5.5, `${statusCode} after ${duration} s`);
        await approve(repository);
        await merged(repository);
        await judge(environment, [repository]);
      }),
  },
  {
    name: 'stored, not queued: swept up within 30 s',
    run: setting =>
      inEnvironment(setting, async environment => {
        await environment.start('serve');
        const { deliveries } = await environment.store();
        // The delivery is stored without the process, so the queue has no job for it.
        const guid = randomUUID();
        const body = Buffer.from(JSON.stringify(nothing()));
        await deliveries.receive({ guid, event: 'issues', body });
        await until(
          'the delivery to be taken up',
          async () => (await deliveries.find(guid))?.state === 'ignored',
          30_000,
        );
        const repository = await environment.repository();
        await walk(repository);
        await judge(environment, [repository]);
      }),
  },
];
