/** What other systems call over HTTP, put together of the engine's parts. */
import { jsonObjectFault } from '../adapters/github/json-fault.ts';
import { createReadBody } from '../adapters/github/read-body.ts';
import type { Config } from '../config.ts';
import { createAuthenticate } from '../control/authenticate.ts';
import { createTaskHook, type TaskHook } from '../control/task-hook.ts';
import type { WorkerDependencies } from '../engine/dependencies.ts';
import { takeCall } from '../engine/intake/call.ts';
import { showTask } from '../engine/queries.ts';

/** Bytes of one call, whose texts are at most 65,536 characters each; and of all at once. */
const MAX_BYTES = 1024 * 1024;
const ALL_BYTES = 16 * MAX_BYTES;

const PROBLEM = {
  contentType: 'application/problem+json',
  text: ({ status, problem }: { status: number; problem: string }) =>
    JSON.stringify({ type: 'about:blank', title: 'Unreadable body', status, detail: problem }),
};

export function createHooks(limits: Config['hooks'], deps: WorkerDependencies): TaskHook {
  const { machineTokens, quotas, logger, calls } = deps;
  const readBody = createReadBody(MAX_BYTES, ALL_BYTES, PROBLEM);
  return createTaskHook({
    logger,
    authenticate: createAuthenticate({ machineTokens, quotas, limits }),
    async readJson(request, response) {
      const body = await readBody(request, response);
      if (!Buffer.isBuffer(body)) return { ok: false, ...body };
      const fault = jsonObjectFault(body);
      if (fault !== null)
        return { ok: false, status: 400, problem: `The body can't be used: ${fault}.` };
      return { ok: true, value: JSON.parse(body.toString('utf8')) };
    },
    take: (call, by) => takeCall(deps, call, by),
    show: async (task, project) =>
      (await calls.isOf(task, project)) ? showTask(deps, task) : null,
  });
}
