/** A stored delivery becomes a trigger, and a trigger one command. */

import { naturalKey } from '../../core/natural-key.ts';
import { taskStream } from '../../core/stream.ts';
import { createdOf, type DataOf, isOpen } from '../../core/task/state.ts';
import type { Trigger } from '../../core/trigger.ts';
import { loadFolded } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';
import { asTask } from '../streams.ts';
import { onButton, onChangedComment } from './answer.ts';
import { onCommand } from './command.ts';
import { onFailedCheck } from './failed-check.ts';
import { type Intake, ofPull } from './intake.ts';
import { onPolicyChange } from './policy-change.ts';
import { acknowledge, reply } from './reply.ts';

const GIVE_UP_MS = 30 * 60_000;

export async function receive(deps: Intake, guid: string): Promise<void> {
  const { deliveries, github, logger } = deps;
  const delivery = await deliveries.find(guid);
  if (delivery?.state !== 'stored') return;
  const { event, body } = delivery;
  try {
    const trigger = github.translate(event, JSON.parse(body.toString('utf8')));
    if ('ignored' in trigger) {
      await deliveries.settle(guid, 'ignored', `${trigger.ignored}: ${trigger.problem}`);
      return;
    }
    const key = naturalKey(trigger);
    // It may have been found on GitHub, and told late all the same.
    if (key !== null && isSaidOnce(trigger) && (await deliveries.settledSince(key, null))) {
      await deliveries.settle(guid, 'ignored', 'heard: It was followed already.');
      return;
    }
    const note = await follow(deps, guid, trigger);
    logger.info({ delivery: guid, event, trigger: trigger.kind, note }, 'delivery');
    await deliveries.settle(guid, 'handled', note, key);
  } catch (error) {
    const age = deps.clock.now().getTime() - Date.parse(delivery.receivedAt);
    // GitHub may be away for a while; what fails for longer than that fails by itself.
    if (age < GIVE_UP_MS) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    logger.error({ delivery: guid, err: error }, 'delivery given up');
    await deliveries.settle(guid, 'failed', problem);
  }
}

/** A comment calls once, however often it is told of; a label may be put there again. */
const isSaidOnce = (trigger: Trigger): boolean =>
  (trigger.kind === 'command' || trigger.kind === 'malformed_command') &&
  trigger.target.kind !== 'issue';

/** What came of it, in words. */
async function follow(deps: Intake, guid: string, trigger: Trigger): Promise<string> {
  switch (trigger.kind) {
    case 'command':
      await acknowledge(deps, guid, trigger);
      return onCommand(deps, guid, trigger);
    case 'malformed_command':
      await acknowledge(deps, guid, trigger);
      return reply(deps, guid, trigger, trigger.answer);
    case 'check_failed':
      return onFailedCheck(deps, guid, trigger);
    case 'review':
      return onReview(deps, guid, trigger);
    case 'button':
      return onButton(deps, guid, trigger);
    case 'comment_changed':
      return onChangedComment(deps, guid, trigger);
    case 'checks_changed': {
      const notes = [];
      for (const pull of trigger.pulls) {
        const row = await ofPull(deps, trigger.repository.id, pull);
        notes.push(
          await signal(deps, guid, row, {
            signal: 'checks',
            detail: trigger.head,
            at: null,
            by: null,
          }),
        );
      }
      return notes.join('; ') || 'no pull request of ours';
    }
    case 'pull_content':
      return onPolicyChange(deps, guid, trigger);
    case 'head_moved': {
      const row = await ofPull(deps, trigger.repository.id, trigger.pull);
      const foreign = await notOurPush(deps, row, trigger.head);
      const told = foreign
        ? await signal(deps, guid, row, {
            signal: 'head',
            detail: trigger.head,
            at: trigger.at,
            by: { id: trigger.by.id, login: trigger.by.login },
          })
        : 'our own push';
      return `${told}; ${await onPolicyChange(deps, guid, trigger)}`;
    }
    case 'pull_state': {
      const { action, at, base } = trigger;
      const moved = action === 'retargeted';
      const row = await ofPull(deps, trigger.repository.id, trigger.pull);
      const told = await signal(deps, guid, row, {
        signal: 'state',
        detail: moved ? base : action,
        at: moved ? at : null,
        by: null,
      });
      return moved || action === 'reopened'
        ? `${told}; ${await onPolicyChange(deps, guid, trigger)}`
        : told;
    }
    case 'issue_gone': {
      const [row] = await deps.tasks.list({
        repositoryId: trigger.repository.id,
        issue: trigger.issue,
        open: true,
      });
      // A merge closes the issue: the task ends by the merge.
      if (!row || trigger.action === 'closed') return 'nothing to stop';
      const handled = await deps.handle({
        stream: taskStream(row.id),
        command: {
          type: 'cancel',
          by: { id: 0, login: 'github' },
          target: { kind: 'issue', number: trigger.issue },
        },
        actor: { kind: 'github' },
        correlation: { delivery: guid },
      });
      return handled.ok ? `canceled ${row.id}` : handled.refusal.message;
    }
    case 'installation':
      return trigger.action;
  }
}

export async function signal(
  deps: Intake,
  guid: string,
  row: TaskRow | undefined,
  data: DataOf<'pull.signaled'>,
): Promise<string> {
  if (!row) return 'no task of ours';
  const handled = await deps.handle({
    stream: taskStream(row.id),
    command: { type: 'signal', data },
    actor: { kind: 'github' },
    correlation: { delivery: guid },
  });
  return handled.ok ? `told ${row.id}` : handled.refusal.message;
}

/** A hint to look at the live reviews; a command in its text is a command. */
async function onReview(
  deps: Intake,
  guid: string,
  trigger: Extract<Trigger, { kind: 'review' }>,
): Promise<string> {
  const { repository, pull, action, by, review, command } = trigger;
  const row = await ofPull(deps, repository.id, pull);
  const detail = `${action} by ${by.login}`;
  const notes = [await signal(deps, guid, row, { signal: 'review', detail, at: null, by: null })];
  if (command) notes.push(await follow(deps, guid, command));
  if (review && (action === 'edited' || action === 'dismissed')) {
    const changed = { repository, issue: pull, comment: review.id, how: action, by } as const;
    notes.push(
      await onChangedComment(deps, guid, { kind: 'comment_changed', via: 'review', ...changed }),
    );
  }
  return notes.join('; ');
}

async function notOurPush(deps: Intake, row: TaskRow | undefined, head: string): Promise<boolean> {
  if (!row) return true;
  const { state } = asTask(await loadFolded(deps.log, taskStream(row.id)));
  return isOpen(state) && createdOf(state).branch === row.branch && state.pushed?.sha !== head;
}
