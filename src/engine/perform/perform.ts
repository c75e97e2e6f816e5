/** One effect, performed: its outcome is a command. */
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import type { Effect } from '../../core/effect.ts';
import type { Folded } from '../../core/fold.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf } from '../../core/task/state.ts';
import type { Claim } from '../claim.ts';
import type { Handle } from '../handle.ts';
import type { Parts } from '../parts.ts';
import { asTask } from '../streams.ts';
import { askPolicy } from './ask-policy.ts';
import { cleanUp } from './clean-up.ts';
import { examinePolicy } from './examine-policy.ts';
import { markReady, merge } from './merge.ts';
import { openPull, push } from './publish.ts';
import { runAttempt } from './run-attempt.ts';
import { show } from './show.ts';

export type Outcome = TaskCommand | DeliveryCommand;

/** `null`: there is nothing to say any more, the effect was settled on the way. */
export async function perform(
  parts: Parts & { handle: Handle },
  stream: StreamRef,
  effect: Effect,
  folded: Folded<unknown>,
  claim: Claim,
): Promise<Outcome | null> {
  const { writes } = parts.github;
  const done = { type: 'performed' as const, key: effect.key };
  switch (effect.kind) {
    case 'acknowledge':
      await claim.check();
      await writes.acknowledge(effect.repository, effect.target);
      return done;
    case 'answer': {
      await claim.check();
      const key = `${stream.id}:${effect.key}`;
      const { id } = await writes.answer(effect.repository, effect.target, effect.answer, key);
      return effect.answer.code === 'approval_requested'
        ? { type: 'posted', approval: effect.answer.request.approval, comment: id }
        : done;
    }
    case 'examine_policy':
      return examinePolicy(parts, effect, claim);
  }
  const task = asTask(folded);
  switch (effect.kind) {
    case 'decide':
      return askPolicy(parts, stream.id, task, effect);
    case 'attempt':
      return runAttempt(parts, stream.id, effect.run, claim);
    case 'push':
      return push(parts, stream.id, task, effect, claim);
    case 'open_pull':
      return openPull(parts, stream.id, task, effect.run, claim);
    case 'mark_ready':
      return markReady(parts, task, effect.run, claim);
    case 'merge':
      return merge(parts, stream.id, task, effect, claim);
    case 'show':
      return show(parts, stream.id, task, effect.surface, claim);
    case 'remove_label': {
      const { repository } = createdOf(task.state);
      await claim.check();
      await writes.removeLabel(repository, effect.issue, effect.label);
      return done;
    }
    case 'clean_up':
      await cleanUp(parts, stream.id, task, claim);
      return done;
  }
}
