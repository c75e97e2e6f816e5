/**
 * A run that waits for a person costs nothing: what it changed, what its agent keeps, and what it did
 * until then are kept, before the log says that it waits. Its process has ended by now.
 */
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { partName } from '../queries/run-lines.ts';
import type { Stopped } from './asking/pause.ts';
import type { Executed } from './process/execute.ts';
import { checkpointOf, keep, keepPatch, outputOf } from './result/keep.ts';
import { keepsChanges, type RunContext } from './run-context.ts';
import type { Session } from './session/session.ts';

export async function checkpoint(
  context: RunContext,
  of: { session: Session; executed: Executed; stopped: Stopped },
): Promise<Extract<TaskCommand, { type: 'wait' }>> {
  const { deps, task, run } = context;
  const { session, executed, stopped } = of;
  const { artifacts, logger } = deps;
  const { workspace } = session.execution;
  const { decision, approvalSubject } = stopped;
  const collected = keepsChanges(context) ? await workspace.collect() : null;
  const patch = collected && (await keepPatch(deps, { task, run: run.id }, collected));
  // Each part of a run has a journal of its own.
  const part = { task, run: partName(run.id, run.waits) };
  const home = (await workspace.keepHome()) ?? '';
  const output = await outputOf(session, executed);
  const kept = await keep(artifacts, part, { ...output, 'home.json': home });
  logger.info({ task, run: run.id, resource: decision.resource }, 'run waits for a person');
  return {
    type: 'wait',
    run: run.id,
    decision,
    approvalSubject,
    checkpoint: checkpointOf(context, { session, executed, work: patch?.work ?? null, kept }),
    artifacts: [...kept, ...(patch?.kept ?? [])],
  };
}
