import { fileURLToPath } from 'node:url';
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
