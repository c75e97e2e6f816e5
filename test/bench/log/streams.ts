/** Streams for measurements: copies of the recorded walk of any length. */
import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../../src/core/event.ts';
import type { Folded } from '../../../src/core/fold.ts';
import type { StreamRef } from '../../../src/core/stream.ts';
import { hashOf } from '../../../src/engine/chain.ts';
import type { Append, EventLog } from '../../../src/engine/ports/event-log.ts';
import { taskRow } from '../../../src/engine/rows/task-row.ts';
import { asTask, fold, type KeptState, STATE_VERSION, start } from '../../../src/engine/streams.ts';
import { readHistory, streamsOf } from '../../histories/history.ts';

/** The history while the task waits for a person's approval, as tasks do most of the time. */
const WAITING = 152;
/** The event that repeats: policy was asked again and still requires an approval. */
const ASKED_AGAIN = 153;

export async function recordedEvents(): Promise<StoredEvent[]> {
  const audit = await readHistory('full-walk');
  const [stream] = await streamsOf(audit);
  if (!stream) throw new Error('the recorded walk is empty');
  return Array.fromAsync(audit.events(stream));
}

/** The event as the next one of another stream. */
function reseal(stream: StreamRef, after: Folded<unknown>, event: StoredEvent): StoredEvent {
  const seq = after.version + 1;
  const unsealed = {
    ...event,
    stream,
    seq,
    prev: after.hash,
    settles: seq === event.seq ? event.settles : null,
    correlation: { ...event.correlation, task: stream.id },
  };
  return { ...unsealed, hash: hashOf(unsealed) };
}

/** Each copy has an issue of its own, because an issue has at most one open task. */
export const ofIssue = (event: StoredEvent, issue: number): StoredEvent =>
  event.type === 'task.created' ? { ...event, data: { ...event.data, issue } } : event;

/** Appends a task that waits for approval, with `length` events; returns its stream. */
export async function appendStream(log: EventLog, length: number, issue: number) {
  const recorded = await recordedEvents();
  const again = recorded[ASKED_AGAIN - 1];
  if (!again) throw new Error('the recorded walk has become shorter');
  const stream: StreamRef & { kind: 'task' } = { kind: 'task', id: `bench-${randomUUID()}` };
  let folded = start('task');
  while (folded.version < length) {
    const expected = folded.version;
    const events: StoredEvent[] = [];
    for (; folded.version < length && events.length < 200; ) {
      const next = folded.version < WAITING ? recorded[folded.version] : again;
      const like =
        next?.type === 'task.created' ? { ...next, data: { ...next.data, issue } } : next;
      const event = reseal(stream, folded, like ?? again);
      folded = fold(folded, event);
      events.push(event);
    }
    const { outcome } = await log.append(appendOf(stream, expected, events, folded));
    if (outcome !== 'appended') throw new Error(`the bench's stream: ${outcome}`);
  }
  return stream;
}

export function appendOf(
  stream: StreamRef,
  expected: number,
  events: StoredEvent[],
  folded: Folded<unknown>,
): Append {
  const kept: KeptState = { stateVersion: STATE_VERSION, folded };
  const task = taskRow(stream.id, asTask(folded));
  const { open } = folded;
  return { stream, expected, events, folded: kept, open, task, runs: [], fence: null };
}

/** The next event of a waiting stream, and the state after it. */
export function nextOf(stream: StreamRef, folded: Folded<unknown>, like: StoredEvent) {
  const event = reseal(stream, folded, like);
  return { event, folded: fold(folded, event) };
}
