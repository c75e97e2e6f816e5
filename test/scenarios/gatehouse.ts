/** Gatehouse in the test's own process, on a database of its own: no scenario is about its process. */
import { readFileSync } from 'node:fs';
import { PROVIDERS } from '../../src/compose/agents/providers.ts';
import { start } from '../../src/compose/start.ts';
import { describeFaults } from '../../src/config/fault.ts';
import { readConfig } from '../../src/config.ts';
import type { StreamRef } from '../../src/core/stream.ts';
import { INTERVALS, type Intervals } from '../../src/engine/reconcile/intervals.ts';
import { startDatabase, type TestDatabase } from '../adapters/store/database.ts';
import type { Restartable } from '../demo/serve.ts';

const GRACE_MS = 2_000;

/**
 * `given`: its database, where the test uses that as well; `intervals`: how often GitHub is looked at.
 * `changed` is called with the stream whenever events were appended.
 */
export async function serveHere(
  settings: Record<string, string>,
  changed: (stream: StreamRef) => void,
  given: TestDatabase | null = null,
  intervals: Intervals = INTERVALS,
): Promise<Restartable> {
  const database = given ?? (await startDatabase());
  const env = { ...settings, DATABASE_URL: database.url };
  const read = readConfig(env, { read: path => readFileSync(path, 'utf8') }, PROVIDERS);
  if (!read.ok) throw new Error(describeFaults(read.faults));
  const { config } = read;
  const begin = () =>
    start(config, {
      listen: true,
      intervals,
      instrument: deps => ({
        ...deps,
        log: {
          ...deps.log,
          async append(append) {
            const appended = await deps.log.append(append);
            changed(append.stream);
            return appended;
          },
        },
      }),
    });
  let running = await begin();
  return {
    get parts() {
      return running.deps;
    },
    async restart() {
      await running.stop(0);
      running = await begin();
    },
    async stop() {
      await running.stop(GRACE_MS);
      await database.stop();
    },
  };
}
