/**
 * Right before an effect: policy is asked once more, and the approval that it rests on is used, once,
 * for exactly this. The effect of a run is one use, however often it is opened and tried. Where
 * something changed in between, that is recorded and nothing is done.
 */
import { GATEHOUSE } from '../../core/actor.ts';
import { freshnessOf } from '../../core/approvals/fence.ts';
import { countingReviews } from '../../core/approvals/judgement.ts';
import { type Action, GATE_OF } from '../../core/decision.ts';
import type { Effect } from '../../core/effect.ts';
import { taskStream } from '../../core/stream.ts';
import { openApproval, usedBy } from '../../core/task/approvals/open-approvals.ts';
import { approvedTerms } from '../../core/task/decide/approve.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { isHeldByPause } from '../../core/task/react/pause.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { LeaseLost, NotWanted } from '../lease-guard.ts';
import { asTask } from '../streams.ts';
import type { TaskContext } from '../task-context.ts';
import { askPolicy } from './ask-policy.ts';

/** `fresh` throws where what was decided does not hold any more, or was taken back meanwhile. */
export type Approved = { fresh: () => Promise<void> };

/**
 * `effect`: the effect of the run that acts. `renewed`: is called, one time, when nothing that was kept is
 * believed any more: for what else the effect asks for.
 */
export async function useApproval(
  context: TaskContext,
  action: Action,
  effect: Pick<Effect, 'key'> & { run: string },
  renewed: () => void = () => {},
): Promise<Approved | { instead: TaskCommand }> {
  const { deps, task, folded, guard } = context;
  // It is asked about again once the task is resumed.
  if (isHeldByPause(folded.state, action, effect.key))
    return { instead: { type: 'performed', key: effect.key } };
  const question = { action, run: effect.run, rework: null };
  const ask = async (told = () => {}) => {
    // Facts on which an approval is used are read again, whatever is kept.
    await deps.github.facts.renew(createdOf(folded.state).repository);
    told();
    return askPolicy(context, { key: '', ...question }, effect.key);
  };
  let at = await timeOf(deps);
  const answer = await ask(renewed);
  if (!isAllowed(answer)) return { instead: answer };
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
  } else if (!usedBy(folded.state, effect.key) && approvedTerms(answer.approvalSubject))
    // Who approves is needed only since the last decision: that is recorded first as well.
    return { instead: answer };
  const answers = answersIn(folded.state);
  // What an agent asks for in the midst of its run is no effect of its own.
  const isEffect = folded.open.some(({ key }) => key === effect.key);
  return {
    async fresh() {
      const now = { head: headFor(action, folded.state), now: await timeOf(deps) };
      const freshness = freshnessOf({ head: capsule.head, at }, now);
      if (freshness === 'another_head')
        throw new Error('It was judged for another head than it would act on.');
      if (freshness === 'old') {
        at = now.now;
        const again = await ask();
        if (!isAllowed(again) || again.approvalSubject.digest !== digest)
          throw new Error('It does not hold any more as it was judged: it is asked anew.');
      }
      await guard.check();
      const { state, open } = await foldedNow(deps, task);
      if (isEffect && !open.some(({ key }) => key === effect.key))
        throw new NotWanted(`${effect.key}: it was settled meanwhile`);
      if (answersIn(state) !== answers)
        throw new Error('Somebody answered meanwhile: it is asked anew.');
    },
  };
}

/** What an agent asks for in the midst of its run is bound to no head, also where one is there. */
const headFor = (action: Action, { pull }: TaskState): string | null =>
  GATE_OF[action] === 'act' ? null : (pull?.head ?? null);

type Allowed = Extract<TaskCommand, { type: 'decided' }>;

const isAllowed = (answer: TaskCommand): answer is Allowed =>
  answer.type === 'decided' && answer.decision.outcome === 'allow';

const timeOf = async ({ now }: Pick<Dependencies, 'now'>): Promise<string> =>
  (await now()).toISOString();

/** How many answers people gave and took back: with more of either, what was decided is old. */
const answersIn = ({ answers }: TaskState): number =>
  answers.length + answers.filter(({ revoked }) => revoked !== null).length;

const foldedNow = async ({ log }: Pick<Dependencies, 'log'>, task: string) =>
  asTask(await loadFolded(log, taskStream(task)));
