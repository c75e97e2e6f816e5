/** `POST /hooks/tasks` starts a task for another system, and `GET /hooks/tasks/ID` says how it stands. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readTaskCall, type TaskCall } from '../core/call.ts';
import type { TaskView } from '../core/view.ts';
import type { CallOutcome, TaskCaller } from '../engine/intake/call.ts';
import { GitHubFailure } from '../engine/ports/github.ts';
import type { Logger } from '../engine/ports/logger.ts';
import type { MachineToken } from '../engine/ports/machine-tokens.ts';
import type { Authenticate } from './authenticate.ts';
import { NO_JSON, notAllowed, unreadable } from './faults.ts';
import { answerJson, answerProblem, type HttpProblem } from './problem.ts';
import type { ReadJson } from './read-asked.ts';

export const TASKS_PATH = '/hooks/tasks';

type Parts = {
  authenticate: Authenticate;
  readJson: ReadJson;
  take: (call: TaskCall, by: { caller: TaskCaller; key: string }) => Promise<CallOutcome>;
  /** `null` where no call of the project started such a task. */
  show: (task: string, project: string) => Promise<TaskView | null>;
  logger: Logger;
};

/** True where the request was ours to answer. */
export type TaskHook = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export function createTaskHook(parts: Parts): TaskHook {
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
    const { call, key } = read;
    const outcome = await parts.take(call, { caller: callerOf(token), key }).catch(gitHubProblem);
    if ('status' in outcome) return refuse(outcome);
    if (outcome.outcome === 'refused') return refuse(problemOf(outcome));
    const { task } = outcome;
    const url = `${TASKS_PATH}/${task}`;
    logger.info({ task, token: token.id, outcome: outcome.outcome }, 'a call was taken');
    const status = outcome.outcome === 'created' ? 201 : 200;
    const value = { task, outcome: outcome.outcome, url };
    answerJson(response, { status, value, headers: { location: url } });
    return true;
  };
}

async function readCall(
  { readJson }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ ok: true; call: TaskCall; key: string } | { ok: false; problem: HttpProblem }> {
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
  const { call } = read;
  const header = keyOf(request);
  if (header === null || (header !== undefined && call.key !== undefined && call.key !== header))
    return {
      ok: false,
      problem: {
        status: 400,
        title: 'Unusable Idempotency-Key',
        code: 'bad_key',
        message: 'The key of the call can not be used.',
        next: 'Idempotency-Key takes 1 to 100 printable characters, and the same as `key` in the body where both are sent.',
      },
    };
  return { ok: true, call, key: call.key ?? header ?? randomUUID() };
}

/** In quotes, as the header's standard has it, or without; `null`: it is none. */
function keyOf(request: IncomingMessage): string | undefined | null {
  const sent = request.headers['idempotency-key'];
  if (sent === undefined) return undefined;
  const [, quoted, plain] =
    /^(?:"([\x20-\x21\x23-\x7e]{1,100})"|([\x21\x23-\x7e]{1,100}))$/.exec(String(sent)) ?? [];
  return quoted ?? plain ?? null;
}

const callerOf = ({ id, project, repositories, commands, trusted }: MachineToken): TaskCaller => ({
  requester: { kind: 'token', id, project },
  repositories,
  commands,
  trusted,
});

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

const STATUS = { invalid: 422, forbidden: 403, conflict: 409, unusable: 422 } as const;

function problemOf({
  why,
  pointer,
  reasons,
}: Extract<CallOutcome, { outcome: 'refused' }>): HttpProblem {
  return {
    status: STATUS[why],
    title: 'The call was refused',
    code: why,
    message: reasons.join(' '),
    next: 'Change what `errors` names, and send it again.',
    errors: reasons.map(detail => ({ pointer, detail })),
  };
}

/** What GitHub does not do now may be done when the same call comes again. */
function gitHubProblem(error: unknown): HttpProblem {
  if (!(error instanceof GitHubFailure)) throw error;
  if (error.class === 'not_found')
    return {
      status: 422,
      title: 'The call was refused',
      code: 'unusable',
      message: `GitHub has no such thing: ${error.message}`,
      next: 'Change what the call names, and send it again.',
    };
  const seconds = Math.ceil((error.retryAfterMs ?? 30_000) / 1000);
  return {
    status: 503,
    title: 'GitHub does not answer',
    code: 'github_unavailable',
    message: error.message,
    next: 'Send the same call again, with the same key.',
    headers: { 'retry-after': String(seconds) },
  };
}

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
