/** An embedded PostgreSQL of a test file's own, migrated, with a store on it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../src/adapters/store/embedded.ts';
import { applyMigrations } from '../../../src/adapters/store/migrate.ts';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';

export type TestDatabase = { url: string; stop(): Promise<void> };

export async function startDatabase(): Promise<TestDatabase> {
  const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  const { url, stop } = await startEmbeddedPostgres({ stateDir });
  await applyMigrations(url);
  return {
    url,
    async stop() {
      await stop();
      await rm(stateDir, { recursive: true });
    },
  };
}

export type TestStore = Store & { url: string };

/** Closing it ends the database too. */
export async function openStore(): Promise<TestStore> {
  const { url, stop } = await startDatabase();
  const store = await createStore({ url, log: () => {} });
  const close = async () => {
    await store.close();
    await stop();
  };
  return { ...store, url, close };
}
