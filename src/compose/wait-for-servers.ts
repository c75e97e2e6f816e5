/** Before a process starts: PostgreSQL and Redis, where they are configured and do not answer yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { StoreConfig } from '../config.ts';
import type { Logger } from '../engine/ports/logger.ts';
import { pingRedis } from './ping-redis.ts';

const CONNECT_MS = 3_000;
const RETRY_MS = 2_000;

type Server = { name: string; setting: string; url: string; ping(url: string): Promise<unknown> };

/**
 * Returns once both answer. What is away is said once, with the setting that names it; what answers
 * and refuses is left to whoever uses it, because waiting would not change it.
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

/** Of the network; and, of PostgreSQL, that it is starting or stopping, or has no connection left. */
const AWAY = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ENOENT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', '57P01', '57P02', '57P03', '53300'],
]);
const AWAY_TEXT = /timeout expired|timed out|Connection terminated|Connection is closed|^LOADING /;

function isAway(error: unknown): boolean {
  // A name with several addresses is away where all of them are.
  if (error instanceof AggregateError) return error.errors.every(isAway);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return AWAY.has(code) || AWAY_TEXT.test(error.message);
}

const reasonOf = (error: unknown): string => {
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error ? first.message : String(first);
};
