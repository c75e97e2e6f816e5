/**
 * Right before an effect: policy is asked once more, and the approval that it rests on is used, once,
 * for exactly this. The effect of a run is one use, however often it is opened and tried. Whatever changed in between is said instead of done.
 */

import { GATEHOUSE } from '../../core/actor.ts';
import { fence } from '../../core/approvals/fence.ts';
import { countingReviews } from '../../core/approvals/judgement.ts';
import type { Effect } from '../../core/effect.ts';
import type { Folded } from '../../core/fold.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { openApproval, type TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Question } from '../facts/question.ts';
import { type Handle, loadFolded } from '../handle.ts';
import { type LeaseGuard, LeaseLost } from '../lease-guard.ts';
import { asTask } from '../streams.ts';
import { askPolicy } from './ask-policy.ts';

/** The effect that acts. */
export type OfRun = Pick<Effect, 'key'> & { run: string };

/** `fresh` throws where what was decided is too old to act on, or was taken back meanwhile. */
export type Approved = { fresh: () => Promise<void> };

export async function useApproval(
  deps: Dependencies & { handle: Handle },
  task: string,
  folded: Folded<TaskState>,
  effect: OfRun,
  question: Pick<Question, 'action'> & { run: string },
  guard: LeaseGuard,
): Promise<Approved | { instead: TaskCommand }> {
  const asked = { ...question, rework: null };
  const at = (await deps.now()).toISOString();
  const answer = await askPolicy(deps, task, folded, { key: '', ...asked }, effect.key);
  if (answer.type !== 'decided' || answer.decision.outcome !== 'allow') return { instead: answer };
  const { digest, capsule, judgement } = answer.asked;
  const reviews = countingReviews(judgement);
  const approval = openApproval(folded.state, asked);
  if (approval) {
    // What is allowed is not what was granted: that is noted first, and the effect opens anew.
    if (approval.status !== 'granted' || approval.digest !== digest) return { instead: answer };
    const used = await deps.handle({
      stream: taskStream(task),
      command: { type: 'use', action: asked.action, digest, effect: effect.key, reviews },
      actor: GATEHOUSE,
      fence: guard.fence,
    });
    if (!used.ok && used.refusal.code === 'fenced') throw new LeaseLost(used.refusal.message);
    if (!used.ok) return { instead: answer };
  }
  const said = saidIn(folded.state);
  return {
    async fresh() {
      await guard.check();
      const now = (await deps.now()).toISOString();
      const judged = { head: capsule.head, at };
      if ((await saidSince(deps, task)) !== said)
        throw new Error('Somebody answered meanwhile: it is asked anew.');
      const still = fence(judged, { head: folded.state.pull?.head ?? null, now });
      if (!still.ok) throw new Error(still.reason);
    },
  };
}

/** How much people have said and taken back: more of either, and what was decided is old. */
const saidIn = ({ answers }: TaskState): number =>
  answers.length + answers.filter(({ revoked }) => revoked !== null).length;

const saidSince = async ({ log }: Pick<Dependencies, 'log'>, task: string): Promise<number> =>
  saidIn(asTask(await loadFolded(log, taskStream(task))).state);
