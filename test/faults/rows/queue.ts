/** The rows in which Redis loses its data during the work, which are only hints. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { inEnvironment, type RowEnvironment } from './environment.ts';
import type { RedisServer } from './redis.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { approve, asked, label, merged, working } from './walk.ts';
import { nothing, send } from './webhook.ts';

const onRedis = (
  name: string,
  harm: (redis: RedisServer, environment: RowEnvironment) => Promise<void>,
): Row => ({
  name,
  where: ({ queue }) => queue === 'redis',
  run: setting =>
    inEnvironment(setting, async environment => {
      const { redis } = environment;
      if (!redis) throw new Error('there is no Redis');
      await environment.start('serve');
      const repository = await environment.repository();
      await label(repository);
      await working(environment, 'prepare');
      await harm(redis, environment);
      await asked(repository);
      await harm(redis, environment);
      await approve(repository);
      await merged(repository);
      await judge(environment, [repository]);
    }),
});

export const queue: Row[] = [
  onRedis('Redis is flushed', redis => redis.flush()),
  onRedis('Redis is killed and comes back empty', async redis => {
    await redis.kill();
    await redis.start();
  }),
  onRedis('Redis is down: webhooks are accepted, and drained later', async (redis, environment) => {
    await redis.kill();
    await sleep(500);
    const answer = await send(environment, 'issues', nothing());
    assert.equal(answer.status, 202);
    assert.ok(answer.ms < 5_000, `accepted after ${answer.ms} ms`);
    await sleep(3_000);
    await redis.start();
  }),
];
