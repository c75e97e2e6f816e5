/** A call for work, by whichever address it came: who calls, its key, and what came of it. */
import { randomUUID } from 'node:crypto';
import type { TaskCall } from '../core/call.ts';
import type { TaskCaller } from '../engine/intake/callers/task-caller.ts';
import type { CallOutcome } from '../engine/intake/calls/call-outcome.ts';
import { GitHubFailure } from '../engine/ports/github.ts';
import type { MachineToken } from '../engine/ports/machine-tokens.ts';
import { gitHubFailureIn, gitHubProblem } from './github-problem.ts';
import type { HttpProblem } from './problem.ts';

/** `key`: of this very call among those of its caller. */
export type TakeCall = (key: string) => Promise<CallOutcome>;

type Submitted =
  | { ok: true; task: string; outcome: 'created' | 'repeated' | 'resumed' }
  | { ok: false; problem: HttpProblem };

/** `keyHeader`: the header `Idempotency-Key`; undefined: it was not sent. */
export async function submitCall(
  { call, keyHeader }: { call: TaskCall; keyHeader: string | undefined },
  take: TakeCall,
): Promise<Submitted> {
  const header = keyHeader === undefined ? undefined : keyIn(keyHeader);
  if (header === null || (header !== undefined && call.key !== undefined && call.key !== header))
    return { ok: false, problem: BAD_KEY };
  const outcome = await take(call.key ?? header ?? randomUUID()).catch((error: unknown) => {
    const failure = gitHubFailureIn(error);
    if (failure) return failure;
    throw error;
  });
  if (outcome instanceof GitHubFailure) return { ok: false, problem: gitHubProblem(outcome) };
  if (outcome.outcome === 'refused') return { ok: false, problem: problemOf(outcome) };
  return { ok: true, task: outcome.task, outcome: outcome.outcome };
}

/** In quotes, as the header's standard has it, or without; `null`: it is none. */
function keyIn(sent: string): string | null {
  const [, quoted, plain] =
    /^(?:"([\x20-\x21\x23-\x7e]{1,100})"|([\x21\x23-\x7e]{1,100}))$/.exec(sent) ?? [];
  return quoted ?? plain ?? null;
}

export const callerOf = ({
  id,
  project,
  repositories,
  commands,
  trusted,
}: MachineToken): TaskCaller => ({
  requester: { kind: 'token', id, project },
  repositories,
  commands,
  trusted,
});

const BAD_KEY: HttpProblem = {
  status: 400,
  title: 'Unusable Idempotency-Key',
  code: 'bad_key',
  message: 'The key of the call can not be used.',
  next: 'Idempotency-Key takes 1 to 100 printable characters, and the same as `key` in the body where both are sent.',
};

const STATUS = {
  invalid: 422,
  forbidden: 403,
  conflict: 409,
  unusable: 422,
  absent: 404,
  too_many: 429,
} as const;
/** Of these the code is that of every other request. */
const CODES: Partial<Record<keyof typeof STATUS, string>> = {
  absent: 'not_found',
  too_many: 'too_many_calls',
};

function problemOf({
  why,
  pointer,
  reasons,
}: Extract<CallOutcome, { outcome: 'refused' }>): HttpProblem {
  return {
    status: STATUS[why],
    title: 'The call was refused',
    code: CODES[why] ?? why,
    message: reasons.join(' '),
    next:
      why === 'too_many' ? 'Try again later.' : 'Change what `errors` names, and send it again.',
    errors: reasons.map(detail => ({ pointer, detail })),
    ...(why === 'too_many' ? { headers: { 'retry-after': '600' } } : {}),
  };
}
