/** What an agent reads when it goes on after it was stopped for a person. */

import { askedIn } from '../../../core/task/approvals/open-approvals.ts';
import type { Run, TaskState } from '../../../core/task/state/state.ts';
import type { AgentAdapter } from '../../ports/agent.ts';
import type { RunContext } from '../run-context.ts';
import { type Context, type PriorAnswer, promptAfterWaiting, promptFor } from './prompt.ts';
import type { See } from './strip-hidden.ts';

/** The session to continue; `null` where there is none, or nobody here can continue it. */
export const sessionOf = (
  { checkpoint }: Run,
  { name, capabilities }: Pick<AgentAdapter, 'name' | 'capabilities'>,
): string | null =>
  checkpoint?.adapter === name && capabilities.resume ? checkpoint.session : null;

/** An agent that continues its session knows the task; any other gets the whole prompt again. */
export function promptOf(
  { deps, folded, run }: RunContext,
  { context, see }: { context: Context; see: See },
  /** `tag`: that of the lost worker whose work this is; `null`: a new one is made. */
  { session, tag: given }: { session: string | null; tag: string | null },
): string {
  const tag = given ?? Math.floor(deps.random() * 2 ** 48).toString(36);
  const goOn = run.checkpoint ? [promptAfterWaiting(lastAnswer(folded.state, run), see, tag)] : [];
  return [...(session === null ? [promptFor(context, see, tag)] : []), ...goOn].join('\n\n');
}

/** `null`: it asked nothing, it was interrupted after it had gone on. */
export function lastAnswer(state: TaskState, run: Run): PriorAnswer | null {
  const last = askedIn(state, run.id).at(-1);
  if (!last) return null;
  const { action, resource, status, denial } = last;
  const outcome =
    status === 'granted' ? 'approved' : status === 'denied' ? 'denied' : ('open' as const);
  return { asked: `${action} ${resource}`, outcome, reason: denial };
}
