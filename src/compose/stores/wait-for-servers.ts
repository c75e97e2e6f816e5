/** Before a process starts: PostgreSQL and Redis, where they are configured and do not answer yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { StoreConfig } from '../../config.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import { reasonOf } from './database-fault.ts';
import { isAway } from './is-away.ts';
import { pingRedis } from './ping-redis.ts';

const CONNECT_MS = 3_000;
const RETRY_MS = 2_000;

type Server = { name: string; setting: string; url: string; ping(url: string): Promise<unknown> };

/**
 * Returns once both answer. What is away is said once, with the setting that names it. Waiting would not
 * change what answers and refuses: of Redis that ends the start, and of PostgreSQL its first user says it.
 */
export async function waitForServers(
  { database, redis }: Pick<StoreConfig, 'database' | 'redis'>,
  logger: Logger,
  retryMs = RETRY_MS,
): Promise<void> {
  const servers: Server[] = [
    ...(database
      ? [
          {
            name: 'PostgreSQL',
            setting: 'DATABASE_URL',
            url: database.reveal(),
            ping: pingPostgres,
          },
        ]
      : []),
    ...(redis
      ? [{ name: 'Redis', setting: 'REDIS_URL', url: redis.reveal(), ping: pingRedis }]
      : []),
  ];
  await Promise.all(servers.map(server => waitFor(server, logger, retryMs)));
}

async function waitFor(
  { name, setting, url, ping }: Server,
  logger: Logger,
  retryMs: number,
): Promise<void> {
  const place = `${name} at ${new URL(url).host}`;
  for (let waits = false; ; waits = true) {
    try {
      await ping(url);
    } catch (error) {
      if (isAway(error)) {
        if (!waits)
          logger.warn(
            { setting },
            `waiting for ${place}, which ${setting} names: ${reasonOf(error)}`,
          );
        await sleep(retryMs);
        continue;
      }
      if (setting === 'REDIS_URL')
        throw new Error(`${place}, which ${setting} names, can't be used: ${reasonOf(error)}`);
    }
    if (waits) logger.info({ setting }, `${place} answers`);
    return;
  }
}

async function pingPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => {});
  }
}
