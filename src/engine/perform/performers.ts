/** The one table of effects: how each kind is performed. What comes of it is a command. */
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import type { Effect } from '../../core/effect.ts';
import type { Folded } from '../../core/fold.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { asTask } from '../streams.ts';
import type { StreamEffect, TaskEffect } from '../task-context.ts';
import { decideByPolicy } from './ask-policy.ts';
import { cleanUp } from './clean-up.ts';
import { examinePolicy } from './examine-policy.ts';
import { markReady, merge } from './merge.ts';
import { openPull, push } from './publish.ts';
import { acknowledge, removeLabel, reply } from './respond.ts';
import { runAttempt } from './run-attempt.ts';
import { show } from './show.ts';

export type EffectOutcome = TaskCommand | DeliveryCommand;
/** `null`: there is nothing to record any more, the effect was settled on the way. */
type Performed = Promise<EffectOutcome | null>;

type Kind = Effect['kind'];
/** An effect with the stream it belongs to as it stands. */
export type Performing<K extends Kind> = StreamEffect<K> & { folded: Folded<unknown> };

/** Of effects that belong to a task. */
const ofTask =
  <K extends Kind>(perform: (context: TaskEffect<K>) => Performed) =>
  ({ deps, stream, folded, effect, guard }: Performing<K>): Performed =>
    perform({ deps, task: stream.id, folded: asTask(folded), effect, guard });

const PERFORMERS: { [K in Kind]: (performing: Performing<K>) => Performed } = {
  acknowledge,
  reply,
  examine_policy: examinePolicy,
  decide: ofTask(decideByPolicy),
  attempt: ofTask(runAttempt),
  push: ofTask(push),
  open_pull: ofTask(openPull),
  mark_ready: ofTask(markReady),
  merge: ofTask(merge),
  show: ofTask(show),
  remove_label: ofTask(removeLabel),
  clean_up: ofTask(cleanUp),
};

export function performerOf<K extends Kind>(kind: K): (performing: Performing<K>) => Performed {
  return PERFORMERS[kind];
}
