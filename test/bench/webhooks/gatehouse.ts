/**
 * Gatehouse's receiver as `serve` composes it, on an embedded PostgreSQL: deliveries are checked,
 * stored, acknowledged and added to the queue, which no worker consumes here.
 */
import pg from 'pg';
import { createQueue } from '../../../src/adapters/queue/queue.ts';
import { createStore } from '../../../src/adapters/store/store.ts';
import { listen } from '../../../src/compose/http/listen.ts';
import { createLogger } from '../../../src/compose/telemetry/logger.ts';
import type { Config } from '../../../src/config.ts';
import { createDispatcher } from '../../../src/engine/dispatch.ts';
import { answerWith } from '../child.ts';
import { ownDatabase } from '../own-database.ts';
import { SECRET } from './payload.ts';

const closing: (() => Promise<unknown>)[] = [];

answerWith(
  async () => {
    const url = await ownDatabase(closing);
    await wearIn(url);
    const logger = createLogger('info', []);
    const store = await createStore({ url, log: message => logger.warn({}, message) });
    const queue = await createQueue({ kind: 'postgres', url }, message => logger.warn({}, message));
    const dispatcher = createDispatcher({
      ...store,
      queue,
      clock: { now: () => new Date() },
      warn: (problem, error) => logger.warn({ err: error }, problem),
    });
    const config = {
      github: { webhookSecret: { reveal: () => SECRET } },
      listen: { host: '127.0.0.1', port: 0 },
    } as Config;
    const server = await listen(config, {
      ...store,
      delivered: dispatcher.delivered,
      logger,
      observe: () => {},
      ready: {},
      taskHook: async () => false,
      consoleFiles: async () => false,
      authPages: async () => false,
      api: async () => false,
    });
    closing.unshift(server.close, queue.close, store.close);
    return Number(new URL(server.url).port);
  },
  async () => {
    for (const close of closing) await close();
  },
);

/**
 * PostgreSQL reuses the segments of its log once it has run for a while, but a new segment stalls
 * commits for some 40 ms. So this first writes as much as the benchmark will.
 */
async function wearIn(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    `SELECT pg_logical_emit_message(false, 'bench', repeat('x', 1000000)) FROM generate_series(1, 600)`,
  );
  await client.query('CHECKPOINT');
  await client.end();
}
