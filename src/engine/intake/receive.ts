/** A stored delivery becomes a trigger, and a trigger one command. */

import { createdOf, isOpen } from '../../core/task/state.ts';
import type { Trigger } from '../../core/trigger.ts';
import { loadFolded } from '../handle.ts';
import type { TaskRow } from '../ports/event-log.ts';
import { asTask } from '../streams.ts';
import { onCommand } from './command.ts';
import { onFailedCheck } from './failed-check.ts';
import { type Intake, ofPull } from './intake.ts';
import { hear, reply } from './reply.ts';

const GIVE_UP_MS = 30 * 60_000;

export async function receive(parts: Intake, guid: string): Promise<void> {
  const { deliveries, github, logger } = parts;
  const delivery = await deliveries.find(guid);
  if (delivery?.state !== 'stored') return;
  const { event, body } = delivery;
  try {
    const trigger = github.translate(event, JSON.parse(body.toString('utf8')));
    if ('ignored' in trigger) {
      await deliveries.settle(guid, 'ignored', `${trigger.ignored}: ${trigger.problem}`);
      return;
    }
    const note = await follow(parts, guid, trigger);
    logger.info({ delivery: guid, event, trigger: trigger.kind, note }, 'delivery');
    await deliveries.settle(guid, 'handled', note);
  } catch (error) {
    const age = parts.clock.now().getTime() - Date.parse(delivery.receivedAt);
    // GitHub may be away for a while; what fails for longer than that fails by itself.
    if (age < GIVE_UP_MS) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    logger.error({ delivery: guid, err: error }, 'delivery given up');
    await deliveries.settle(guid, 'failed', problem);
  }
}

/** What came of it, in words. */
async function follow(parts: Intake, guid: string, trigger: Trigger): Promise<string> {
  switch (trigger.kind) {
    case 'command':
      await hear(parts, guid, trigger);
      return onCommand(parts, guid, trigger);
    case 'malformed_command':
      await hear(parts, guid, trigger);
      return reply(parts, guid, trigger, trigger.answer);
    case 'check_failed':
      return onFailedCheck(parts, guid, trigger);
    case 'review':
      return signal(parts, guid, await ofPull(parts, trigger.repository.id, trigger.pull), {
        signal: 'review',
        detail: `${trigger.action} by ${trigger.by.login}`,
      });
    case 'checks_changed': {
      const notes = [];
      for (const pull of trigger.pulls) {
        const row = await ofPull(parts, trigger.repository.id, pull);
        notes.push(await signal(parts, guid, row, { signal: 'checks', detail: trigger.head }));
      }
      return notes.join('; ') || 'no pull request of ours';
    }
    case 'head_moved': {
      const row = await ofPull(parts, trigger.repository.id, trigger.pull);
      const foreign = await notOurPush(parts, row, trigger.head);
      return foreign
        ? signal(parts, guid, row, { signal: 'head', detail: trigger.head })
        : 'our own push';
    }
    case 'pull_state':
      return signal(parts, guid, await ofPull(parts, trigger.repository.id, trigger.pull), {
        signal: 'state',
        detail: trigger.action,
      });
    case 'issue_gone': {
      const [row] = await parts.tasks.list({
        repositoryId: trigger.repository.id,
        issue: trigger.issue,
        open: true,
      });
      // A merge closes the issue: the task ends by the merge.
      if (!row || trigger.action === 'closed') return 'nothing to stop';
      const handled = await parts.handle({
        stream: { kind: 'task', id: row.id },
        command: {
          type: 'cancel',
          by: { id: 0, login: 'github' },
          target: { kind: 'issue', number: trigger.issue },
        },
        actor: { kind: 'github' },
        correlation: { delivery: guid },
      });
      return handled.ok ? `canceled ${row.id}` : handled.reason;
    }
    case 'installation':
      return trigger.action;
  }
}

async function signal(
  parts: Intake,
  guid: string,
  row: TaskRow | undefined,
  data: { signal: 'review' | 'checks' | 'head' | 'state'; detail: string },
): Promise<string> {
  if (!row) return 'no task of ours';
  const handled = await parts.handle({
    stream: { kind: 'task', id: row.id },
    command: { type: 'signal', data },
    actor: { kind: 'github' },
    correlation: { delivery: guid },
  });
  return handled.ok ? `told ${row.id}` : handled.reason;
}

async function notOurPush(parts: Intake, row: TaskRow | undefined, head: string): Promise<boolean> {
  if (!row) return true;
  const { state } = asTask(await loadFolded(parts.log, { kind: 'task', id: row.id }));
  return isOpen(state) && createdOf(state).branch === row.branch && state.pushed?.sha !== head;
}
