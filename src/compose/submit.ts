/** A call from the operator's shell: its task is made here, and whichever process works does the rest. */
import type { Config } from '../config.ts';
import type { TaskCall } from '../core/call.ts';
import { createDispatcher } from '../engine/dispatch.ts';
import { createHandle } from '../engine/handle.ts';
import { type CallOutcome, type TaskCaller, takeCall } from '../engine/intake/call.ts';
import { build } from './build.ts';
import { createLogger } from './logger.ts';
import { redactionValues } from './redaction-values.ts';

export async function submit(
  config: Config,
  call: TaskCall,
  by: { caller: TaskCaller; key: string },
): Promise<CallOutcome> {
  const ours = redactionValues(config);
  const logger = createLogger('error', ours, config.logFormat);
  await using building = new AsyncDisposableStack();
  const { deps } = await build(config, { logger, ours }, building);
  const warn = (problem: string, error: unknown) => logger.warn({ err: error }, problem);
  const { appended } = createDispatcher({ ...deps, warn });
  // Its parts are open until it has its answer.
  return await takeCall({ ...deps, handle: createHandle({ ...deps, appended }) }, call, by);
}
