/** `POST /hooks/tasks` starts a task for another system, and `GET /hooks/tasks/ID` says how it stands. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readTaskCall, type TaskCall } from '../core/call.ts';
import type { TaskView } from '../core/view.ts';
import type { TaskCaller } from '../engine/intake/callers/task-caller.ts';
import type { CallOutcome } from '../engine/intake/calls/call-outcome.ts';
import type { Logger } from '../engine/ports/logger.ts';
import type { MachineToken } from '../engine/ports/machine-tokens.ts';
import type { Authenticate } from './authenticate.ts';
import { NO_JSON, notAllowed, unreadable } from './faults.ts';
import type { ReadJson } from './parse-request.ts';
import { answerJson, answerProblem, type HttpProblem } from './problem.ts';
import { callerOf, submitCall } from './submit-call.ts';

const TASKS_PATH = '/hooks/tasks';

type Needs = {
  authenticate: Authenticate;
  readJson: ReadJson;
  take: (call: TaskCall, by: { caller: TaskCaller; key: string }) => Promise<CallOutcome>;
  /** `null` where no call of the project started such a task. */
  show: (task: string, project: string) => Promise<TaskView | null>;
  logger: Logger;
};

/** True where the request was ours to answer. */
export type TaskHook = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export function createTaskHook(parts: Needs): TaskHook {
  const { logger } = parts;
  return async (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (path !== TASKS_PATH && !path.startsWith(`${TASKS_PATH}/`)) return false;
    const method = path === TASKS_PATH ? 'POST' : 'GET';
    const refuse = (problem: HttpProblem): true => {
      logger.warn({ status: problem.status, path: path.slice(0, 100) }, 'a call was refused');
      answerProblem(response, problem);
      return true;
    };
    if (request.method !== method) return refuse(notAllowed(method));
    const known = await parts.authenticate(request);
    if (!known.ok) return refuse(known.problem);
    const { token } = known;
    if (method === 'GET') {
      const task = path.slice(TASKS_PATH.length + 1);
      const view = await parts.show(task, token.project);
      if (view === null || !isFor(token, view)) return refuse(NO_TASK);
      answerJson(response, { status: 200, value: shown(task, view) });
      return true;
    }
    const read = await readCall(parts, request, response);
    if (!read.ok) return refuse(read.problem);
    const sent = request.headers['idempotency-key'];
    const keyHeader = sent === undefined ? undefined : String(sent);
    const submitted = await submitCall({ call: read.call, keyHeader }, key =>
      parts.take(read.call, { caller: callerOf(token), key }),
    );
    if (!submitted.ok) return refuse(submitted.problem);
    const { task, outcome } = submitted;
    const url = `${TASKS_PATH}/${task}`;
    logger.info({ task, token: token.id, outcome }, 'a call was taken');
    const status = outcome === 'created' ? 201 : 200;
    const value = { task, outcome, url };
    answerJson(response, { status, value, headers: { location: url } });
    return true;
  };
}

async function readCall(
  { readJson }: Needs,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ ok: true; call: TaskCall } | { ok: false; problem: HttpProblem }> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    return {
      ok: false,
      problem: NO_JSON,
    };
  const body = await readJson(request, response);
  if (!body.ok)
    return {
      ok: false,
      problem: unreadable(body.status, body.problem),
    };
  const read = readTaskCall(body.value);
  if (!read.ok) return { ok: false, problem: invalid(read.faults) };
  return { ok: true, call: read.call };
}

const isFor = ({ repositories }: MachineToken, { repository }: TaskView): boolean => {
  const full = `${repository.owner}/${repository.name}`.toLowerCase();
  return repositories.some(({ name }) => name.toLowerCase() === full);
};

const invalid = (errors: HttpProblem['errors'] & {}): HttpProblem => ({
  status: 422,
  title: 'The call is not valid',
  code: 'invalid',
  message: 'Its body is no call.',
  next: 'Correct what `errors` names; docs/schemas/task-call.v1.json says how a call is written.',
  errors,
});

const NO_TASK: HttpProblem = {
  status: 404,
  title: 'Not Found',
  code: 'not_found',
  message: 'This token started no such task.',
  next: 'Ask with a token of the project that started it.',
};

function shown(task: string, view: TaskView) {
  const { owner, name } = view.repository;
  return {
    task,
    repository: `${owner}/${name}`,
    status: view.status,
    reason: view.reason,
    issue: view.issue,
    pull: view.pull?.number ?? null,
    waitsForApproval: view.approval?.status === 'requested',
    steps: view.steps.map(({ id, status }) => ({ id, status })),
  };
}
