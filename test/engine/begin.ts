/** A task as far as some commands bring it: decided one after the other, appended in one go. */

import type { TaskCommand } from '../../src/core/task/command.ts';
import { GENESIS } from '../../src/engine/chain.ts';
import { createHandle } from '../../src/engine/handle.ts';
import type { Append, EventLog, StreamHead } from '../../src/engine/ports/event-log.ts';

export async function beginTask(
  log: EventLog,
  id: string,
  commands: readonly TaskCommand[],
): Promise<void> {
  const stream = { kind: 'task' as const, id };
  let head: StreamHead = { stream, version: 0, hash: GENESIS, folded: null };
  const appends: Append[] = [];
  const handle = createHandle({
    redact: text => text,
    log: {
      ...log,
      load: async () => head,
      async append(append) {
        const last = append.events.at(-1);
        appends.push(append);
        head = { stream, version: last?.seq ?? 0, hash: last?.hash ?? '', folded: append.folded };
        return { outcome: 'appended' };
      },
    },
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async () => {},
  });
  for (const command of commands) {
    const handled = await handle({ stream, command, actor: { kind: 'gatehouse' } });
    if (!handled.ok) throw new Error(`${command.type}: ${handled.refusal.message}`);
  }
  const last = appends.at(-1);
  if (!last) throw new Error('a task begins with a command');
  const events = appends.flatMap(append => append.events);
  const rows = appends.flatMap(({ approvals = [] }) => approvals);
  const approvals = [...new Map(rows.map(row => [row.approval, row])).values()];
  const appended = await log.append({ ...last, expected: 0, events, approvals });
  if (appended.outcome !== 'appended') throw new Error(`${id}: ${appended.outcome}`);
}
