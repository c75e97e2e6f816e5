/** The log for the operator's commands: no GitHub, no queue, no sandbox. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedLog, OpenedToSteer } from '../../cli/services.ts';
import type { StoreConfig } from '../../config.ts';
import { redact } from '../../core/redaction/redact.ts';
import { createHandle } from '../../engine/handle.ts';
import { useNetwork } from '../machine/network.ts';
import { createLogger } from '../telemetry/logger.ts';
import { redactionValues } from '../telemetry/redaction-values.ts';
import { databaseClock } from './clock.ts';
import { openStore } from './open.ts';
import { openArtifactsToRead } from './open-artifacts.ts';

/** Only what goes wrong is logged: these commands speak for themselves. */
export async function openLog(config: StoreConfig): Promise<OpenedLog> {
  if (!hasDatabase(config))
    throw new Error(
      `There is no database in ${config.stateDir} yet; \`gatehouse serve\` creates one. If yours is elsewhere, name its folder in GATEHOUSE_STATE_DIR or its address in DATABASE_URL.`,
    );
  useNetwork(config.network);
  const logger = createLogger('warn', redactionValues(config), config.logFormat);
  const { store, close } = await openStore(config, logger, { brief: true });
  try {
    const artifacts = await openArtifactsToRead(config.artifacts);
    const { log, tasks, deliveries, requestBudget, runOutput, runRecords, ledger, workers } = store;
    const { machineTokens, schedules, sessions, taskPages, decisions, now } = store;
    const read = { deliveries, requestBudget, runOutput, runRecords, ledger, workers };
    const lists = { tasks, taskPages, decisions, machineTokens, schedules, sessions };
    return { log, ...read, ...lists, artifacts, now, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is sent is followed by processes at work, which find it in the log. */
export async function openToSteer(config: StoreConfig): Promise<OpenedToSteer> {
  const opened = await openLog(config);
  const ours = redactionValues(config);
  const clock = await databaseClock(opened.now);
  const handle = createHandle({
    log: opened.log,
    clock,
    random: Math.random,
    redact: text => redact(text, ours),
    appended: async () => {},
  });
  const close = async () => {
    clock.stop();
    await opened.close();
  };
  return { ...opened, handle, close };
}

/** Whether a database is configured, or an embedded one was created: what only reads creates none. */
export const hasDatabase = ({ database, stateDir }: StoreConfig): boolean =>
  database !== null || existsSync(join(stateDir, 'postgres/data'));
