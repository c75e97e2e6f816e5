/** Hears one of PostgreSQL's channels of notifications. One connection of the process listens for all who follow. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const AGAIN_MS = 1_000;

type ListenerFollower = {
  heard(payload: string): void;
  /** The connection was lost and is there again: something may have been told meanwhile. */
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
      if (channel === listened) for (const each of followers) each.heard(payload ?? '');
    });
    opened.on('error', () => lost(opened));
    opened.on('end', () => lost(opened));
    try {
      await opened.query(`LISTEN ${listened}`);
    } catch (error) {
      opened.release(true);
      throw error;
    }
    client = opened;
  };
  const lost = (gone: pg.PoolClient) => {
    if (client !== gone) return;
    client = null;
    gone.release(true);
    void listenAgain();
  };
  const listenAgain = async () => {
    while (followers.size > 0 && client === null) {
      try {
        await open();
        for (const { missed } of followers) missed();
      } catch (error) {
        log(`${listened} is not heard: ${(error as Error).message}`);
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
      opening ??= client ? null : open().finally(() => (opening = null));
      await opening;
      return {
        stop() {
          followers.delete(follower);
          if (followers.size === 0) close();
        },
      };
    },
    close() {
      followers.clear();
      close();
    },
  };
}
