/** A surface is rendered from the latest state, and written where that differs from what stands. */
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { createdOf, isOpen } from '../../core/task/state/state.ts';
import { viewOf } from '../../core/task/views/view.ts';
import { checkVerdict } from '../../core/verdict.ts';
import type { TaskView } from '../../core/view.ts';
import { type Replayed, replayStream } from '../audit/replay.ts';
import { liveAuditSource } from '../audit-source.ts';
import type { Dependencies } from '../dependencies.ts';
import { shortageOf } from '../shortage.ts';
import type { TaskEffect } from '../task-context.ts';
import { failedCommand } from './failed-command.ts';
import { lastShown } from './last-shown.ts';

/** Of agents that work: what commands of the repository do is told when they have ended. */
async function progressOf(
  { runOutput, ledger }: Pick<Dependencies, 'runOutput' | 'ledger'>,
  { id, runs }: TaskView,
): Promise<TaskView['progress']> {
  const working = runs.filter(({ state, adapter }) => state === 'running' && adapter !== 'command');
  if (working.length === 0) return [];
  const [told, spent] = await Promise.all([runOutput.progress(id), ledger.spentBy(id)]);
  return working.flatMap(({ run }) => {
    const progress = told.get(run);
    const spend = spent.find(other => other.run === run)?.spend ?? null;
    return progress ? [{ run, spend, ...progress }] : [];
  });
}

/** Where the log itself does not verify, nothing of it is replayed. */
function resultOf({ verify, replay }: Replayed): 'identical' | 'different' | 'not_verified' {
  if (verify !== 'ok') return 'not_verified';
  return replay === 'identical' ? 'identical' : 'different';
}

export async function show(context: TaskEffect<'show'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { surface } = effect;
  const { state } = folded;
  const view = viewOf(task, folded);
  view.console = deps.settings.console;
  view.failedCommand = await failedCommand(deps, view);
  if (surface === 'comment') view.progress = await progressOf(deps, view);
  if (surface === 'check')
    view.shortage = await shortageOf(
      deps.requestBudget,
      view.repository.installation,
      await deps.now(),
    );
  if (!isOpen(state)) {
    const stream = taskStream(task);
    const proof = await replayStream(liveAuditSource(deps), stream, null);
    deps.observe({ type: 'task_replayed', result: resultOf(proof) });
    view.audit.verify = proof.verify;
    view.audit.replay = proof.replay;
  }
  const before = state.surfaces[surface];
  const last = lastShown(before, effect, guard);
  const head = surface === 'check' ? (state.pull?.head ?? null) : null;
  await guard.check();
  const shown = await deps.github.writes.show(createdOf(state).repository, surface, view, last);
  // What stands already is no news for the log.
  if (before?.digest === shown.digest && before.head === head)
    return { type: 'performed', key: effect.key };
  const conclusion = surface === 'check' ? checkVerdict(view).conclusion : null;
  return {
    type: 'record',
    event: { type: 'surface.shown', v: 1, data: { surface, ...shown, head, conclusion } },
  };
}
