/**
 * What people answered to what this run's agent asked before. A denial holds for the whole run; an
 * approval for one time, and the log says that it is used before the agent gets its answer. A host is
 * opened by that one use, and is open to the run until it ends.
 */
import type { ActAnswer } from '../../../core/act.ts';
import { GATEHOUSE } from '../../../core/actor.ts';
import type { Digest } from '../../../core/decision.ts';
import { effectKey } from '../../../core/effect.ts';
import { taskStream } from '../../../core/stream.ts';
import { askedIn, openApproval } from '../../../core/task/approvals/open-approvals.ts';
import type { Approval, TaskState } from '../../../core/task/state/state.ts';
import type { Facts } from '../../../policy/facts.ts';
import { canonical } from '../../chain.ts';
import type { Dependencies } from '../../dependencies.ts';
import { exactly, keptFacts } from '../../facts/asked-in-run.ts';
import { loadFolded } from '../../handle.ts';
import { useApproval } from '../../perform/use-approval.ts';
import { asTask } from '../../streams.ts';
import type { RunContext } from '../run-context.ts';

/** `null`: people gave no answer to it that still holds. */
type PriorAnswers = (facts: Facts) => Promise<Pick<ActAnswer, 'outcome' | 'reason'> | null>;

export async function priorAnswers(
  context: Pick<RunContext, 'deps' | 'task' | 'folded' | 'run' | 'guard'>,
  /** The policies that the run is judged by. */
  policy: Digest,
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
    const opened = await openedBefore(deps, folded.state, { run: run.id, facts, policy });
    if (opened) return { outcome: 'allow', reason: approvedBy(opened) };
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
    return { outcome: 'allow', reason: approvedBy(standing) };
  };
}

function approvedBy({ by, action }: Approval): string {
  const who = by.map(({ login }) => login).join(', ');
  return `${who} approved it, for this ${action === 'net.connect' ? 'run' : 'one time'}.`;
}

/**
 * The approval that opened this host to the run. It holds as long as policy would be asked the same
 * under the same policies, and nobody took it back.
 */
async function openedBefore(
  deps: Pick<Dependencies, 'artifacts'>,
  state: TaskState,
  asked: { run: string; facts: Facts; policy: Digest },
): Promise<Approval | null> {
  if (asked.facts.action !== 'net.connect') return null;
  for (const approval of askedIn(state, asked.run)) {
    const { status, action, facts, capsule } = approval;
    if (status !== 'used' || action !== 'net.connect' || !facts) continue;
    if (capsule?.policy !== asked.policy || isTakenBack(state, approval)) continue;
    if (questionIn(await keptFacts(deps, facts)) === questionIn(asked.facts)) return approval;
  }
  return null;
}

/** All but the answers to it, and what the task has used up since. */
function questionIn({ context, ...rest }: Facts): string {
  const { approvals: _a, spent: _s, ...circumstances } = context;
  return canonical({ ...rest, circumstances });
}

/** One of those who approved it has taken that back since. */
function isTakenBack({ approvals, answers }: TaskState, { by, chain }: Approval): boolean {
  const same = approvals.filter(other => other.chain === chain).map(({ id }) => id);
  return by.some(({ id }) => {
    const own = answers.filter(answer => answer.by.id === id);
    const at = own.findLastIndex(
      ({ says, approval }) => says === 'approve' && approval !== null && same.includes(approval),
    );
    return own.slice(at).some(({ says, revoked }, n) => says === 'revoke' || (n === 0 && revoked));
  });
}
