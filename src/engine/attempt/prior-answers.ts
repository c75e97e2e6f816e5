/**
 * What people answered to what this run's agent asked before. A denial holds for the whole run; an
 * approval for one time, and the log says that it is used before the agent gets its answer.
 */
import type { ActAnswer } from '../../core/act.ts';
import { GATEHOUSE } from '../../core/actor.ts';
import { effectKey } from '../../core/effect.ts';
import { taskStream } from '../../core/stream.ts';
import { askedIn, openApproval } from '../../core/task/state.ts';
import type { Facts } from '../../policy/facts.ts';
import { exactly, keptFacts } from '../facts/asked-in-run.ts';
import { loadFolded } from '../handle.ts';
import { useApproval } from '../perform/use-approval.ts';
import { asTask } from '../streams.ts';
import type { RunContext } from './run-context.ts';

/** `null`: people gave no answer to it that still holds. */
type PriorAnswers = (facts: Facts) => Promise<Pick<ActAnswer, 'outcome' | 'reason'> | null>;

export async function priorAnswers(
  context: Pick<RunContext, 'deps' | 'task' | 'folded' | 'run' | 'guard'>,
): Promise<PriorAnswers> {
  const { deps, task, run, guard } = context;
  const denials = new Map<string, string>();
  for (const { status, facts, denial } of askedIn(context.folded.state, run.id))
    if (status === 'denied' && facts) denials.set(exactly(await keptFacts(deps, facts)), denial);
  const stream = taskStream(task);

  return async facts => {
    const denial = denials.get(exactly(facts));
    if (denial !== undefined) return { outcome: 'deny', reason: denial };
    const folded = asTask(await loadFolded(deps.log, stream));
    const { action } = facts;
    const standing = openApproval(folded.state, { action, run: run.id, rework: null });
    if (standing?.status !== 'granted' || !standing.facts) return null;
    if (exactly(await keptFacts(deps, standing.facts)) !== exactly(facts)) return null;
    const effect = { key: effectKey.act(standing.id), run: run.id };
    const approved = await useApproval({ deps, task, folded, guard }, action, effect);
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
