/** Listens on one of PostgreSQL's notification channels, by one connection for all followers in the process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const AGAIN_MS = 1_000;

type ListenerFollower = {
  received(payload: string): void;
  /** The connection was lost and is there again: notifications may have been missed. */
  missed(): void;
};

/** Listens while anybody follows. */
export function createListener(pool: pg.Pool, listened: string, log: (message: string) => void) {
  const followers = new Set<ListenerFollower>();
  let client: pg.PoolClient | null = null;
  let opening: Promise<void> | null = null;
  const open = async () => {
    const opened = await pool.connect();
    opened.on('notification', ({ channel, payload }) => {
      if (channel === listened) for (const each of followers) each.received(payload ?? '');
    });
    opened.on('error', () => lost(opened));
    opened.on('end', () => lost(opened));
    try {
      await opened.query(`LISTEN ${listened}`);
    } catch (error) {
      opened.release(true);
      throw error;
    }
    // Nobody may follow any more by now.
    if (followers.size === 0) opened.release(true);
    else client = opened;
  };
  /** One at a time, whoever needs it. */
  const connected = () => (opening ??= open().finally(() => (opening = null)));
  const lost = (gone: pg.PoolClient) => {
    if (client !== gone) return;
    client = null;
    gone.release(true);
    void listenAgain();
  };
  const listenAgain = async () => {
    while (followers.size > 0 && client === null) {
      try {
        await connected();
        for (const { missed } of followers) missed();
      } catch (error) {
        log(`${listened} can't be listened on: ${(error as Error).message}`);
        await sleep(AGAIN_MS);
      }
    }
  };
  const close = () => {
    const open = client;
    client = null;
    // A connection that still listens is not given back to the pool.
    open?.release(true);
  };
  return {
    async follow(follower: ListenerFollower) {
      followers.add(follower);
      const stop = () => {
        followers.delete(follower);
        if (followers.size === 0) close();
      };
      try {
        if (client === null) await connected();
      } catch (error) {
        stop();
        throw error;
      }
      return { stop };
    },
    close() {
      followers.clear();
      close();
    },
  };
}
