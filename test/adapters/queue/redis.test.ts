import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../../src/adapters/queue/queue.ts';
import { queueContract } from '../../contract/queue.ts';
import { startRedis } from './redis-server.ts';

const consumer = fileURLToPath(new URL('consumer.ts', import.meta.url));

queueContract('Redis', async () => {
  const redis = await startRedis();
  return {
    connect: log => createQueue({ kind: 'redis', url: redis.url }, log),
    hog: [process.execPath, consumer, 'redis', redis.url],
    down: redis.kill,
    up: redis.start,
    close: redis.stop,
  };
});

test('adding to a Redis that does not answer fails, after five seconds', async () => {
  const redis = await startRedis();
  onTestFinished(redis.stop);
  const queue = await createQueue({ kind: 'redis', url: redis.url }, () => {});
  onTestFinished(queue.close);
  const add = (guid: string) => queue.add([{ job: { name: 'delivery', guid }, delayMs: 0 }]);
  await add('one');
  redis.freeze();
  const began = performance.now();
  await expect(add('two')).rejects.toThrow();
  expect(performance.now() - began).toBeGreaterThan(4_900);
  redis.thaw();
  await expect
    .poll(() => add('three').then(() => 'added', String), { timeout: 5_000 })
    .toBe('added');
});
