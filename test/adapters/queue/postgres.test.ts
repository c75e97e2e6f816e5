import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createQueue } from '../../../src/adapters/queue/queue.ts';
import { startEmbeddedPostgres } from '../../../src/adapters/store/embedded/embedded.ts';
import { queueContract } from '../../contract/queue.ts';

const consumer = fileURLToPath(new URL('consumer.ts', import.meta.url));

queueContract('PostgreSQL', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-queue-'));
  let server = await startEmbeddedPostgres({ stateDir });
  const { url } = server;
  return {
    connect: log => createQueue({ kind: 'postgres', url }, log),
    hog: [process.execPath, consumer, 'postgres', url],
    down: () => server.stop(),
    async up() {
      server = await startEmbeddedPostgres({ stateDir });
    },
    async close() {
      await server.stop();
      await rm(stateDir, { recursive: true });
    },
  };
});
