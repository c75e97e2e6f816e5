/**
 * Right before an effect: policy is asked once more, and the approval that it rests on is used, once,
 * for exactly this. The effect of a run is one use, however often it is opened and tried. Where
 * something changed in between, that is recorded and nothing is done.
 */
import { GATEHOUSE } from '../../core/actor.ts';
import { fence } from '../../core/approvals/fence.ts';
import { countingReviews } from '../../core/approvals/judgement.ts';
import type { Action } from '../../core/decision.ts';
import type { Effect } from '../../core/effect.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { openApproval, type TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { LeaseLost } from '../lease-guard.ts';
import { asTask } from '../streams.ts';
import type { TaskContext } from '../task-context.ts';
import { askPolicy } from './ask-policy.ts';

/** `fresh` throws where what was decided is too old to act on, or was taken back meanwhile. */
export type Approved = { fresh: () => Promise<void> };

/** `effect`: the effect of the run that acts. */
export async function useApproval(
  context: TaskContext,
  action: Action,
  effect: Pick<Effect, 'key'> & { run: string },
): Promise<Approved | { instead: TaskCommand }> {
  const { deps, task, folded, guard } = context;
  const question = { action, run: effect.run, rework: null };
  const at = (await deps.now()).toISOString();
  const answer = await askPolicy(context, { key: '', ...question }, effect.key);
  if (answer.type !== 'decided' || answer.decision.outcome !== 'allow') return { instead: answer };
  const { digest, capsule, judgement } = answer.approvalSubject;
  const reviews = countingReviews(judgement);
  const approval = openApproval(folded.state, question);
  if (approval) {
    // What is allowed is not what was granted: that is recorded first, and the effect opens anew.
    if (approval.status !== 'granted' || approval.digest !== digest) return { instead: answer };
    const used = await deps.handle({
      stream: taskStream(task),
      command: { type: 'use', action, digest, effect: effect.key, reviews },
      actor: GATEHOUSE,
      fence: guard.fence,
    });
    if (!used.ok && used.refusal.code === 'fenced') throw new LeaseLost(used.refusal.message);
    if (!used.ok) return { instead: answer };
  }
  const answers = answersIn(folded.state);
  return {
    async fresh() {
      await guard.check();
      const now = (await deps.now()).toISOString();
      const judged = { head: capsule.head, at };
      if ((await answersNow(deps, task)) !== answers)
        throw new Error('Somebody answered meanwhile: it is asked anew.');
      const still = fence(judged, { head: folded.state.pull?.head ?? null, now });
      if (!still.ok) throw new Error(still.reason);
    },
  };
}

/** How many answers people gave and took back: with more of either, what was decided is old. */
const answersIn = ({ answers }: TaskState): number =>
  answers.length + answers.filter(({ revoked }) => revoked !== null).length;

const answersNow = async ({ log }: Pick<Dependencies, 'log'>, task: string): Promise<number> =>
  answersIn(asTask(await loadFolded(log, taskStream(task))).state);
