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
  const log = (message: string) => logger.info(message);
  const embedded = config.database
    ? null
    : await startEmbeddedPostgres({ stateDir: config.stateDir, log });
  const url = config.database?.reveal() ?? embedded?.url ?? '';
  try {
    await applyMigrations(url);
    const store = await createStore({ url, log });
    const artifacts = await createDiskArtifacts({ dir: config.artifacts });
    const close = async () => {
      await store.close();
      await embedded?.stop();
    };
    const describe = embedded
      ? `embedded PostgreSQL in ${config.stateDir}`
      : 'PostgreSQL at DATABASE_URL';
    return { store, artifacts, url, describe, close };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
