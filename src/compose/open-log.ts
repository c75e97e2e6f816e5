/** The log for the operator's commands: no GitHub, no queue, no sandbox. */
import type { OpenedLog } from '../cli/services.ts';
import type { StoreConfig } from '../config.ts';
import { createLogger } from './logger.ts';
import { open } from './open.ts';
import { redactionValues } from './redaction-values.ts';

/** Only what goes wrong is logged: these commands speak for themselves. */
export async function openLog(config: StoreConfig): Promise<OpenedLog> {
  const { store, artifacts, close } = await open(
    config,
    createLogger('warn', redactionValues(config)),
  );
  return { log: store.log, tasks: store.tasks, artifacts, close };
}
