/** The task of an item that was canceled is canceled, in the name of who canceled the item. */

import { createdOf } from '../../core/backlog/state.ts';
import { taskStream } from '../../core/stream.ts';
import { loadFolded } from '../handle.ts';
import { asBacklog } from '../streams.ts';
import type { StreamEffect } from '../task-context.ts';

export async function stopTask(
  context: StreamEffect<'stop_task'>,
): Promise<{ type: 'performed'; key: string }> {
  const { deps, stream, effect, guard } = context;
  const { task, by, key } = effect;
  const { tracking } = createdOf(asBacklog(await loadFolded(deps.log, stream)).state);
  await guard.check();
  // Refused where it has ended: its end is told all the same.
  await deps.handle({
    stream: taskStream(task),
    command: { type: 'cancel', by, target: { kind: 'issue', number: tracking } },
    actor: by,
  });
  return { type: 'performed', key };
}
