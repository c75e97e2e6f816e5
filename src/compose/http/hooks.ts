/** What other systems call over HTTP, put together of the engine's parts. */
import type { Config } from '../../config.ts';
import { authenticateCalls } from '../../control/authenticate.ts';
import { createTaskHook, type TaskHook } from '../../control/task-hook.ts';
import type { WorkerDependencies } from '../../engine/dependencies.ts';
import { takeCall } from '../../engine/intake/calls/call.ts';
import { showTask } from '../../engine/queries/queries.ts';
import { createReadJson } from './read-json.ts';

export function createHooks(limits: Config['hooks'], deps: WorkerDependencies): TaskHook {
  const { machineTokens, quotas, logger, calls } = deps;
  return createTaskHook({
    logger,
    authenticate: authenticateCalls({ machineTokens, quotas, limits }),
    readJson: createReadJson(),
    take: (call, by) => takeCall(deps, call, by),
    show: async (task, project) =>
      (await calls.isOf(task, project)) ? showTask(deps, task) : null,
  });
}
