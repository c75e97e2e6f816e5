/** Performs one effect of one stream: takes its lease, performs it, and records its outcome. */
import { GATEHOUSE } from '../../core/actor.ts';
import type { BacklogCommand } from '../../core/backlog/decider.ts';
import type { CallersCommand } from '../../core/callers/decider.ts';
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import type { Effect } from '../../core/effect.ts';
import type { Folded } from '../../core/fold.ts';
import { parseStreamName, type StreamRef, streamName } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import type { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { effectLease, type LeaseGuard, LeaseLost, withLease } from '../lease-guard.ts';
import { contextOf, withLogContext } from '../log-context.ts';
import { placeOf } from '../routing/place.ts';
import { asTask } from '../streams.ts';
import type { StreamEffect, TaskEffect } from '../task-context.ts';
import { accept } from './accept.ts';
import { acquirePermit } from './acquire-permit.ts';
import { addLabels } from './add-labels.ts';
import { decideByPolicy } from './ask-policy.ts';
import { cleanUp } from './clean-up.ts';
import { deploy, watchDeployment } from './deploy.ts';
import { examinePolicy } from './examine-policy.ts';
import { failedBy } from './failed-by.ts';
import { answerGate, release } from './gate.ts';
import { join } from './join.ts';
import { judgeHead } from './judge-head.ts';
import { leaveQueue, markReady, merge } from './merge.ts';
import { notify } from './notify.ts';
import { openIssue } from './open-issue.ts';
import { openPull, push } from './publish.ts';
import { report } from './report.ts';
import { requestClassOf } from './request-class-of.ts';
import { acknowledge, removeLabel, reply } from './respond.ts';
import { runAttempt } from './run-attempt.ts';
import { show } from './show.ts';
import { showBacklog } from './show-backlog.ts';
import { showFaults } from './show-faults.ts';
import { startItem } from './start-item.ts';
import { startTask } from './start-task.ts';
import { stopTask } from './stop-task.ts';
import { takeRoom } from './take-room.ts';
import { tell, tellProgress } from './tell.ts';
import { unlock } from './unlock.ts';

type EffectOutcome = TaskCommand | BacklogCommand | DeliveryCommand | CallersCommand;
/** A performer returns null where the effect was settled meanwhile, so that there is nothing to record. */
type Performed = Promise<EffectOutcome | null>;

type Kind = Effect['kind'];
/** An effect, with its stream and that stream's state. */
type Performing<K extends Kind> = StreamEffect<K> & { folded: Folded<unknown> };

/** The same for effects that belong to a task. */
const ofTask =
  <K extends Kind>(perform: (context: TaskEffect<K>) => Performed) =>
  ({ deps, stream, folded, effect, guard }: Performing<K>): Performed =>
    perform({ deps, task: stream.id, folded: asTask(folded), effect, guard });

/** The table of effects: how each kind is performed. Its outcome is a command. */
const PERFORMERS: { [K in Kind]: (performing: Performing<K>) => Performed } = {
  acknowledge,
  reply,
  remove_label: removeLabel,
  examine_policy: examinePolicy,
  show_faults: showFaults,
  judge_head: judgeHead,
  decide: ofTask(decideByPolicy),
  attempt: ofTask(runAttempt),
  join: ofTask(join),
  push: ofTask(push),
  open_issue: ofTask(openIssue),
  open_pull: ofTask(openPull),
  report: ofTask(report),
  add_labels: ofTask(addLabels),
  mark_ready: ofTask(markReady),
  merge: ofTask(merge),
  leave_queue: ofTask(leaveQueue),
  deploy: ofTask(deploy),
  watch_deployment: ofTask(watchDeployment),
  accept: ofTask(accept),
  release: ofTask(release),
  answer_gate: answerGate,
  show: ofTask(show),
  unlock: ofTask(unlock),
  tell: ofTask(tell),
  notify,
  start_task: ofTask(startTask),
  tell_progress: ofTask(tellProgress),
  start_item: startItem,
  stop_task: stopTask,
  show_backlog: showBacklog,
  clean_up: ofTask(cleanUp),
};

function performerOf<K extends Kind>(kind: K): (performing: Performing<K>) => Performed {
  return PERFORMERS[kind];
}

/** An item that has to wait for other backlogs asks again after this time. */
const ROOM_MS = 3_000;
/** For how long a run is left to another worker; and for how long one that no worker can take waits. */
const ELSEWHERE_MS = 1_000;
const NOWHERE_MS = 5_000;

type Worker = WorkerDependencies & { runLimit: ConcurrencyLimit };

/** Does nothing where another worker holds the effect, or it is settled. */
export async function performEffect(
  deps: Worker,
  job: { stream: string; key: string },
  stopping: AbortSignal,
): Promise<void> {
  const { key } = job;
  const stream = parseStreamName(job.stream);
  const { outbox, leases, settings, queue } = deps;
  const perform = (guard: LeaseGuard) =>
    withLogContext(contextOf(stream), () => performLeased(deps, stream, key, guard));
  const held = await withLease(
    leases,
    {
      name: effectLease(stream, key),
      holder: settings.worker,
      signal: stopping,
      stillWanted: async () => (await outbox.find(stream, key)) !== null,
    },
    perform,
  );
  // The effect may have been opened again meanwhile, when the lease was taken.
  if (held && held.done !== null)
    await queue.add([{ job: { name: 'effect', stream: job.stream, key }, delayMs: held.done }]);
}

/** Returns after how many milliseconds the effect is tried again; null: it is not. */
async function performLeased(
  deps: Worker,
  stream: StreamRef,
  key: string,
  guard: LeaseGuard,
): Promise<number | null> {
  const folded = await loadFolded(deps.log, stream);
  const effect = folded.open.find(open => open.key === key);
  if (!effect) return null;
  const early = effect.notBefore ? Date.parse(effect.notBefore) - deps.clock.now().getTime() : 0;
  if (early > 0) return early;
  const place = await placeFor(deps, stream, folded, effect);
  if (place !== null) return place;
  const release = await leaveFor(deps, stream, folded, effect);
  if (typeof release === 'number') return release;
  try {
    const performing = { deps, stream, folded, effect, guard };
    const perform = () =>
      withLogContext(contextOf(stream, runIn(effect)), () => performerOf(effect.kind)(performing));
    const from = deps.clock.now().getTime();
    const outcome = await deps.github
      .inClass(requestClassOf(stream, effect), perform)
      .catch(error =>
        guard.signal.aborted || error instanceof LeaseLost ? null : failedBy(effect, error),
      );
    observePerformed(performing, outcome, from);
    const after = outcome && (await record(performing, outcome));
    if (after) return reopened(deps, after.open, effect);
  } finally {
    await release();
  }
  // The effect was settled meanwhile, or another process has it.
  return reopened(deps, (await loadFolded(deps.log, stream)).open, effect);
}

/** The run of the effect; null where it has none. */
const runIn = (effect: Effect): string | null => ('run' in effect ? effect.run : null);

function observePerformed(
  { deps, stream, effect }: Performing<Kind>,
  outcome: EffectOutcome | null,
  from: number,
): void {
  const ended = outcome?.type === 'fail_effect' ? 'failed' : 'done';
  deps.observe({
    type: 'effect_performed',
    kind: effect.kind,
    task: stream.kind === 'task' ? stream.id : null,
    run: runIn(effect),
    outcome: outcome === null ? 'left' : ended,
    from,
    to: deps.clock.now().getTime(),
  });
}

/** Acquires what the effect needs where a limit holds, or returns for how many milliseconds it has to wait. */
async function leaveFor(
  deps: Worker,
  stream: StreamRef,
  folded: Folded<unknown>,
  effect: Effect,
): Promise<(() => unknown) | number> {
  switch (effect.kind) {
    case 'attempt':
      return acquirePermit(deps, stream.id, folded, effect.run);
    case 'start_item':
      return (await takeRoom(deps, stream, effect.item)) ?? ROOM_MS;
    default:
      return () => {};
  }
}

/** How long the run waits for another worker, or for any that can take it; null: it is performed here. */
async function placeFor(
  deps: Worker,
  stream: StreamRef,
  folded: Folded<unknown>,
  effect: Effect,
): Promise<number | null> {
  const isAsked = effect.kind === 'decide' && effect.action === 'run.start';
  if (stream.kind !== 'task' || !(effect.kind === 'attempt' || isAsked) || effect.run === null)
    return null;
  const { run } = effect;
  const place = await placeOf(deps, asTask(folded).state, run);
  if (place.at === 'here') return null;
  // The worker that asks policy need not be the one that works.
  if (place.at === 'elsewhere') return isAsked ? null : ELSEWHERE_MS;
  const command = { type: 'unplaced' as const, data: { run, reason: place.reason } };
  await deps.handle({ stream, command, actor: GATEHOUSE });
  return NOWHERE_MS;
}

/** When the effect is due, where a later event opened it again; a failure is put off by its own append. */
function reopened({ clock }: Worker, open: Effect[], { key, since }: Effect): number | null {
  const again = open.find(other => other.key === key && other.since > since);
  if (!again) return null;
  return again.notBefore ? Math.max(0, Date.parse(again.notBefore) - clock.now().getTime()) : 0;
}

/** Records the outcome and returns the state after it; null where another process has the effect. */
async function record(
  { deps, stream, effect, guard }: Performing<Effect['kind']>,
  outcome: EffectOutcome,
): Promise<Folded<unknown> | null> {
  const { handle, logger } = deps;
  const { key, since } = effect;
  const fields = { stream: streamName(stream), effect: key };
  if (outcome.type === 'fail_effect')
    logger.warn({ ...fields, problem: outcome.message }, 'effect failed');
  const send = async (command: EffectOutcome) => {
    const settles = { key, since };
    // What failed may have been done all the same: whoever tries again has to doubt it.
    const release = command.type !== 'fail_effect';
    const fence = { ...guard.fence, release };
    const handled = await handle({ stream, command, actor: GATEHOUSE, settles, fence });
    if (handled.ok && release) guard.released();
    return handled;
  };
  const handled = await send(outcome);
  if (handled.ok) return handled.folded;
  const { code, message } = handled.refusal;
  if (code === 'settled' || code === 'fenced') return null;
  // The stream knows the outcome already, so the effect is done.
  logger.debug({ ...fields, reason: message }, 'outcome refused');
  const settled = await send({ type: 'performed', key });
  return settled.ok ? settled.folded : null;
}
