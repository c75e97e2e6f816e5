/** The database and the artifacts: what every command needs. */
import type { Logger } from 'pino';
import { createDiskArtifacts } from '../adapters/artifacts/disk.ts';
import { startEmbeddedPostgres } from '../adapters/store/embedded.ts';
import { applyMigrations } from '../adapters/store/migrate.ts';
import { createStore, type Store } from '../adapters/store/store.ts';
import type { StoreConfig } from '../config.ts';
import type { Artifacts } from '../engine/ports/artifacts.ts';

export type Opened = {
  store: Store;
  artifacts: Artifacts;
  url: string;
  describe: string;
  close(): Promise<void>;
};

/** The database (the embedded one where none is configured) and the artifacts. */
export async function open(config: StoreConfig, logger: Logger): Promise<Opened> {
  await using opening = new AsyncDisposableStack();
  const database = await reach(config, logger);
  opening.defer(database.stop);
  const { url } = database;
  await applyMigrations(url).catch(error => Promise.reject(database.fault(error)));
  const store = await createStore({ url, log: message => logger.warn(message) });
  opening.defer(store.close);
  const artifacts = await createDiskArtifacts({ dir: config.artifacts });
  const opened = opening.move();
  return {
    store,
    artifacts,
    url,
    describe: database.describe,
    close: () => opened.disposeAsync(),
  };
}

type Database = {
  url: string;
  describe: string;
  /** What went wrong at the first word with it, and what to do. */
  fault(error: unknown): Error;
  stop(): Promise<void>;
};

async function reach(config: StoreConfig, logger: Logger): Promise<Database> {
  if (config.database === null) {
    const { stateDir } = config;
    const log = (message: string) => logger.info(message);
    const { url, stop } = await startEmbeddedPostgres({ stateDir, log });
    const describe = `embedded PostgreSQL in ${stateDir}`;
    return { url, describe, stop, fault: error => new Error(`${describe}: ${reasonOf(error)}`) };
  }
  const url = config.database.reveal();
  const { host } = new URL(url);
  return {
    url,
    describe: `PostgreSQL at ${host}`,
    stop: async () => {},
    fault: error =>
      new Error(
        `The database at ${host} can't be used: ${reasonOf(error)}. Start it, or mend DATABASE_URL.`,
      ),
  };
}

/** Where a name has several addresses, each one's failure is a reason of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
