/**
 * What people answered to what this run's agent asked before. A denial holds for the whole run; an
 * approval for one time, and the log says that it is used before the agent gets its answer.
 */

import type { ActAnswer } from '../../core/act.ts';
import { GATEHOUSE } from '../../core/actor.ts';
import { effectKey } from '../../core/effect.ts';
import { taskStream } from '../../core/stream.ts';
import { askedIn, openApproval, type Run, type TaskState } from '../../core/task/state.ts';
import type { Facts } from '../../policy/facts.ts';
import type { Dependencies } from '../dependencies.ts';
import { exactly, keptFacts } from '../facts/asked-in-run.ts';
import type { Handle } from '../handle.ts';
import { loadFolded } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { useApproval } from '../perform/use-approval.ts';
import { asTask } from '../streams.ts';

/** `null`: people gave no answer to it that still holds. */
export type PriorAnswers = (facts: Facts) => Promise<Pick<ActAnswer, 'outcome' | 'reason'> | null>;

export async function priorAnswers(
  deps: Dependencies & { handle: Handle },
  task: string,
  state: TaskState,
  run: Run,
  guard: LeaseGuard,
): Promise<PriorAnswers> {
  const denials = new Map<string, string>();
  for (const { status, facts, denial } of askedIn(state, run.id))
    if (status === 'denied' && facts) denials.set(exactly(await keptFacts(deps, facts)), denial);
  const stream = taskStream(task);

  return async facts => {
    const denial = denials.get(exactly(facts));
    if (denial !== undefined) return { outcome: 'deny', reason: denial };
    const folded = asTask(await loadFolded(deps.log, stream));
    const question = { action: facts.action, run: run.id } as const;
    const standing = openApproval(folded.state, { ...question, rework: null });
    if (standing?.status !== 'granted' || !standing.facts) return null;
    if (exactly(await keptFacts(deps, standing.facts)) !== exactly(facts)) return null;
    const effect = { key: effectKey.act(standing.id), run: run.id };
    const approved = await useApproval(deps, task, folded, effect, question, guard);
    if ('instead' in approved) {
      // What changed meanwhile is recorded first; then it is a new question.
      if (approved.instead.type === 'decided')
        await deps.handle({
          stream,
          command: approved.instead,
          actor: GATEHOUSE,
          fence: guard.fence,
        });
      return null;
    }
    await approved.fresh();
    const who = standing.by.map(({ login }) => login).join(', ');
    return { outcome: 'allow', reason: `${who} approved it, for this one time.` };
  };
}
