/** A database for one process of the bench, in a folder that is removed with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/adapters/store/embedded/embedded.ts';
import { applyMigrations } from '../../src/adapters/store/migrate.ts';

/** Its URL; `closing` gets what ends it, to be done in the order of the list. */
export async function ownDatabase(closing: (() => Promise<unknown>)[]): Promise<string> {
  const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  closing.unshift(() => rm(stateDir, { recursive: true, force: true }));
  const { url, stop } = await startEmbeddedPostgres({ stateDir });
  closing.unshift(stop);
  await applyMigrations(url);
  return url;
}
