/** The database and the artifacts: what every command needs. */
import { startEmbeddedPostgres } from '../../adapters/store/embedded/embedded.ts';
import { applyMigrations } from '../../adapters/store/migrate.ts';
import { createStore, type Store } from '../../adapters/store/store.ts';
import type { StoreConfig } from '../../config.ts';
import type { Archive } from '../../engine/ports/archive.ts';
import type { Artifacts } from '../../engine/ports/artifacts.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import { quietly } from '../telemetry/quiet-log.ts';
import { databaseFault, reasonOf } from './database-fault.ts';
import { openArchive, openArtifacts } from './open-artifacts.ts';

export type OpenedBackend = OpenedStore & { artifacts: Artifacts; archive: Archive | null };
type OpenedStore = { store: Store; url: string; describe: string; close(): Promise<void> };

/** The database and the artifacts; whichever fails, nothing is left open. */
export async function open(config: StoreConfig, logger: Logger): Promise<OpenedBackend> {
  const opened = await openStore(config, logger, { brief: false });
  try {
    const artifacts = await openArtifacts(config.artifacts);
    return { ...opened, artifacts, archive: await openArchive(config.archive) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** The database, migrated: the embedded one where none is configured. `brief`: for a command that soon ends. */
export async function openStore(
  config: StoreConfig,
  logger: Logger,
  { brief }: { brief: boolean },
): Promise<OpenedStore> {
  await using opening = new AsyncDisposableStack();
  const { url, describe, fault, stop } = await reach(config, logger, brief);
  opening.defer(stop);
  await applyMigrations(url).catch(error => Promise.reject(fault(error)));
  const store = await createStore({ url, log: quietly(message => logger.warn({}, message)) });
  opening.defer(store.close);
  const opened = opening.move();
  return { store, url, describe, close: () => opened.disposeAsync() };
}

type Database = {
  url: string;
  describe: string;
  /** What went wrong at the first word with it, and what to do. */
  fault(error: unknown): Error;
  stop(): Promise<void>;
};

async function reach(config: StoreConfig, logger: Logger, brief: boolean): Promise<Database> {
  if (config.database === null) {
    const { stateDir } = config;
    const log = (message: string) => logger.info({}, message);
    const { url, stop } = await startEmbeddedPostgres({ stateDir, log, brief });
    const describe = `embedded PostgreSQL in ${stateDir}`;
    return { url, describe, stop, fault: error => new Error(`${describe}: ${reasonOf(error)}`) };
  }
  const url = config.database.reveal();
  const { host } = new URL(url);
  return {
    url,
    describe: `PostgreSQL at ${host}`,
    stop: async () => {},
    fault: error => databaseFault(error, url),
  };
}
