/** A migrated database of a test file's own, with a store on it: a copy from the tests' one PostgreSQL. */
import { connect } from 'node:net';
import { inject } from 'vitest';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';

export type TestDatabase = { url: string; stop(): Promise<void> };

export async function startDatabase(): Promise<TestDatabase> {
  const socket = connect(inject('databases')).setEncoding('utf8');
  const answer = await new Promise<string>((resolve, reject) => {
    socket
      .once('data', resolve)
      .once('error', reject)
      .once('close', () => reject(new Error('no database was given')));
  });
  const url = answer.trim();
  if (!url.startsWith('postgresql:')) throw new Error(`no database was given: ${url}`);
  // The connection holds the database; it alone keeps no process.
  socket.unref();
  return {
    url,
    async stop() {
      socket.destroy();
    },
  };
}

export type TestStore = Store & { url: string };

/** Closing it gives the database back too. */
export async function openStore(): Promise<TestStore> {
  const { url, stop } = await startDatabase();
  const store = await createStore({ url, log: () => {} });
  const close = async () => {
    await store.close();
    await stop();
  };
  return { ...store, url, close };
}
