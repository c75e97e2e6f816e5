/** One effect, performed: its outcome is a command. */
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import type { Effect } from '../../core/effect.ts';
import type { Folded } from '../../core/fold.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Handle } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { asTask } from '../streams.ts';
import { askPolicy } from './ask-policy.ts';
import { cleanUp } from './clean-up.ts';
import { examinePolicy } from './examine-policy.ts';
import { markReady, merge } from './merge.ts';
import { openPull, push } from './publish.ts';
import { runAttempt } from './run-attempt.ts';
import { show } from './show.ts';

export type EffectOutcome = TaskCommand | DeliveryCommand;

/** `null`: there is nothing to say any more, the effect was settled on the way. */
export async function perform(
  deps: Dependencies & { handle: Handle },
  stream: StreamRef,
  effect: Effect,
  folded: Folded<unknown>,
  guard: LeaseGuard,
): Promise<EffectOutcome | null> {
  const { writes } = deps.github;
  const done = { type: 'performed' as const, key: effect.key };
  switch (effect.kind) {
    case 'acknowledge':
      await guard.check();
      await writes.acknowledge(effect.repository, effect.target);
      return done;
    case 'reply': {
      await guard.check();
      const key = `${stream.id}:${effect.key}`;
      const { id } = await writes.reply(effect.repository, effect.target, effect.reply, key);
      return effect.reply.code === 'approval_requested'
        ? { type: 'record_posted', approval: effect.reply.request.approval, comment: id }
        : done;
    }
    case 'examine_policy':
      return examinePolicy(deps, effect, guard);
  }
  const task = asTask(folded);
  switch (effect.kind) {
    case 'decide':
      return askPolicy(deps, stream.id, task, effect);
    case 'attempt':
      return runAttempt(deps, stream.id, effect.run, guard);
    case 'push':
      return push(deps, stream.id, task, effect, guard);
    case 'open_pull':
      return openPull(deps, stream.id, task, effect.run, guard);
    case 'mark_ready':
      return markReady(deps, task, effect.run, guard);
    case 'merge':
      return merge(deps, stream.id, task, effect, guard);
    case 'show':
      return show(deps, stream.id, task, effect.surface, guard);
    case 'remove_label': {
      const { repository } = createdOf(task.state);
      await guard.check();
      await writes.removeLabel(repository, effect.issue, effect.label);
      return done;
    }
    case 'clean_up':
      await cleanUp(deps, stream.id, task, guard);
      return done;
  }
}
