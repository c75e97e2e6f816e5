/** A task as it stood after one of its events, for those who step through it. */
import type { StoredEvent } from '../../core/event.ts';
import type { Folded } from '../../core/fold.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskState } from '../../core/task/state/state.ts';
import { canonical } from '../chain.ts';
import type { EventLog } from '../ports/event-log.ts';
import { asTask, fold, start } from '../streams.ts';

type StateAt = {
  event: StoredEvent;
  folded: Folded<TaskState>;
  /** The names of the parts of the state that the event changed. */
  changed: string[];
  /** The effects that were open before it and are not after it, and the other way round, by their keys. */
  closed: string[];
  opened: string[];
};

/** `null`: it has no such event. */
export async function stateAt(
  log: Pick<EventLog, 'read'>,
  task: string,
  seq: number,
): Promise<StateAt | null> {
  let folded = start('task');
  for await (const event of log.read(taskStream(task))) {
    const before = folded;
    folded = fold(before, event);
    if (event.seq !== seq) continue;
    const [was, is] = [keysOf(before), keysOf(folded)];
    return {
      event,
      folded: asTask(folded),
      changed: changedParts(asTask(before).state, asTask(folded).state),
      closed: was.filter(key => !is.includes(key)),
      opened: is.filter(key => !was.includes(key)),
    };
  }
  return null;
}

const keysOf = ({ open }: Folded<unknown>): string[] => open.map(({ key }) => key);

function changedParts(before: TaskState, after: TaskState): string[] {
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([name, value]) => name !== 'version' && differs(was.get(name), value))
    .map(([name]) => name);
}

/** What no event touched is the same object; what was written anew may be equal all the same. */
const differs = (one: unknown, other: unknown): boolean =>
  one !== other && (one === undefined || canonical(one) !== canonical(other));
