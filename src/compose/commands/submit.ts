/** What the operator's shell submits is made here, and whichever process works does the rest. */
import type { Config } from '../../config.ts';
import type { BacklogFile } from '../../core/backlog/file.ts';
import type { TaskCall } from '../../core/call.ts';
import type { WorkerDependencies } from '../../engine/dependencies.ts';
import { createDispatcher } from '../../engine/dispatch.ts';
import { createHandle } from '../../engine/handle.ts';
import type { TaskCaller } from '../../engine/intake/callers/task-caller.ts';
import { takeCall } from '../../engine/intake/calls/call.ts';
import type { CallOutcome } from '../../engine/intake/calls/call-outcome.ts';
import {
  type SubmittedBacklog,
  submitBacklog as takeBacklog,
} from '../../engine/intake/calls/submit-backlog.ts';
import { build } from '../build.ts';
import { connectWith } from '../github/github.ts';
import { createLogger } from '../telemetry/logger.ts';
import { redactionValues } from '../telemetry/redaction-values.ts';

type By = { caller: TaskCaller; key: string };

export const submit = (config: Config, call: TaskCall, by: By): Promise<CallOutcome> =>
  withEngine(config, deps => takeCall(deps, call, by));

export const submitBacklog = (
  config: Config,
  file: BacklogFile,
  by: By,
): Promise<SubmittedBacklog> =>
  withEngine(config, deps => deps.github.inClass('answer', () => takeBacklog(deps, file, by)));

async function withEngine<T>(
  config: Config,
  act: (deps: WorkerDependencies) => Promise<T>,
): Promise<T> {
  const ours = redactionValues(config);
  const logger = createLogger('error', ours, config.logFormat);
  await using building = new AsyncDisposableStack();
  const connect = connectWith(config, { logger, ours });
  const { deps } = await build(config, { logger, ours, connect }, building);
  const warn = (problem: string, error: unknown) => logger.warn({ err: error }, problem);
  const { appended } = createDispatcher({ ...deps, warn });
  // Its parts are open until it has its answer.
  return await act({ ...deps, handle: createHandle({ ...deps, appended }) });
}
