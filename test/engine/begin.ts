/** A task as far as some commands bring it: decided one after the other, appended in one go. And a backlog. */

import type { BacklogData } from '../../src/core/backlog/events.ts';
import { planOf } from '../../src/core/backlog/file.ts';
import { backlogStream } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { GENESIS } from '../../src/engine/chain.ts';
import { createHandle } from '../../src/engine/handle.ts';
import type { Append, EventLog, StreamHead } from '../../src/engine/ports/event-log.ts';
import { REPOSITORY } from './github.ts';

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
  const decisions = appends.flatMap(append => append.decisions ?? []);
  const runs = appends.flatMap(append => append.runs);
  const asks = appends.findLast(({ question }) => question !== undefined)?.question;
  const appended = await log.append({
    ...last,
    ...(asks && { question: asks }),
    expected: 0,
    events,
    runs: [...new Map(runs.map(row => [row.run, row])).values()],
    approvals,
    decisions,
  });
  if (appended.outcome !== 'appended') throw new Error(`${id}: ${appended.outcome}`);
}

/** A backlog that waits for a yes to its plan of two items, `meter` and `page`. */
export async function beginBacklog(
  log: EventLog,
  over: Partial<BacklogData<'backlog.created'>> = {},
  clock = { now: () => new Date() },
): Promise<ReturnType<typeof backlogStream>> {
  const tasks = [
    { id: 'meter', title: 'Count the calls', needs: [] },
    { id: 'page', title: 'Show the counts', needs: ['meter'] },
  ];
  const data: BacklogData<'backlog.created'> = {
    repository: REPOSITORY,
    requester: { kind: 'person', id: 1, login: 'mona' },
    source: { kind: 'submitted' },
    tracking: 9,
    plan: planOf({ title: 'Billing', tasks } as Parameters<typeof planOf>[0]),
    digest: `sha256:${'a'.repeat(64)}`,
    asks: true,
    ...over,
  };
  const stream = backlogStream(data.repository.id, data.tracking);
  const random = () => 0.5;
  const handle = createHandle({
    redact: text => text,
    log,
    clock,
    random,
    appended: async () => {},
  });
  const actor = { kind: 'gatehouse' } as const;
  const handled = await handle({ stream, command: { type: 'create', data }, actor });
  if (!handled.ok) throw new Error(handled.refusal.message);
  return stream;
}
