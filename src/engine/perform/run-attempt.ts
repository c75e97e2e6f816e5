/** A run is started and attempted, and what it produced is its outcome: the long effect. */
import { GATEHOUSE } from '../../core/actor.ts';
import { stepNamed } from '../../core/graph/graph.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { createdOf, type Run, runOf } from '../../core/task/state/state.ts';
import { attempt } from '../attempt/attempt.ts';
import { choose } from '../attempt/choose.ts';
import { capFailure, failure } from '../attempt/outcome.ts';
import { keepShown } from '../attempt/result/keep.ts';
import { nothing } from '../attempt/result/produced.ts';
import { runName } from '../attempt/run-context.ts';
import { reap } from '../reap.ts';
import { scopesOf } from '../spending/scopes.ts';
import { openSpending } from '../spending/spending.ts';
import { tellSpend } from '../spending/tell.ts';
import { asTask } from '../streams.ts';
import type { TaskEffect } from '../task-context.ts';

export async function runAttempt(context: TaskEffect<'attempt'>): Promise<TaskCommand | null> {
  const { deps, task, folded: before, guard } = context;
  const id = context.effect.run;
  const chosen = await choose(deps, before.state, runOf(before.state, id));
  const adapter = typeof chosen === 'string' ? null : chosen.adapter.name;
  const by = { task, run: id };
  const started = await deps.handle({
    stream: taskStream(task),
    command: {
      type: 'start',
      run: id,
      epoch: guard.fence.epoch,
      worker: deps.settings.worker,
      adapter,
    },
    actor: GATEHOUSE,
    fence: guard.fence,
  });
  if (!started.ok) return null;
  const folded = asTask(started.folded);
  const run = runOf(folded.state, id);
  // It was running under a worker that is gone: that attempt is over, another one is queued.
  if (run.state !== 'running') {
    await endLost(deps, by, run);
    return null;
  }
  // Another worker chose an agent that is not here: the next attempt chooses anew.
  if (typeof chosen === 'string' && run.choice) return nothing(run, failure('sandbox', chosen));
  if (typeof chosen === 'string') return { type: 'refused', run: id, reason: chosen };
  const { repository, graph } = createdOf(folded.state);
  const { owner, name } = repository;
  deps.logger.info({ task, run: id, adapter, repository: `${owner}/${name}` }, 'run started');
  const step = stepNamed(graph, run.step);
  const of = { task, state: folded.state, run, profile: chosen.profile };
  const spending = openSpending(deps, by, await scopesOf(deps, of));
  try {
    const wanted = chosen.limits.wallMs ?? deps.settings.limits.wallMs;
    const wallMs = await spending.takeTime(wanted);
    const cap = spending.reached();
    if (wallMs === null && cap) {
      const reached = { reached: cap, checkpoint: run.checkpoint };
      return { ...nothing(run, capFailure(cap)), reached };
    }
    const within = { ...chosen, limits: { ...chosen.limits, wallMs: wallMs ?? wanted } };
    return await attempt({ deps, task, folded, run, step, chosen: within, guard, spending });
  } finally {
    await spending.close();
    // What could not be told now is told later.
    await tellSpend(deps, by).catch(error =>
      deps.logger.warn({ err: error, task, run: id }, 'what a run spent could not be told'),
    );
  }
}

/** Ends what a worker that is gone left of a run, and settles what it had reserved. */
async function endLost(
  deps: TaskEffect<'attempt'>['deps'],
  by: { task: string; run: string },
  run: Run,
): Promise<void> {
  const dead = runName({ task: by.task, run });
  await Promise.all([
    reap(deps, [dead]),
    deps.ledger.settleLost(by),
    keepShown(deps, { ...by, part: run.waits }),
  ]);
  await tellSpend(deps, by);
}
