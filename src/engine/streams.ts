/** The kinds of stream there are, each with its decider and the schema of its events. */
import type { z } from 'zod';
import type { Decider } from '../core/decider.ts';
import { type DeliveryCommand, delivery } from '../core/delivery/decider.ts';
import { DeliveryEvent } from '../core/delivery/events.ts';
import type { StoredEvent } from '../core/event.ts';
import { type Folded, foldEvent, foldStart } from '../core/fold.ts';
import type { StreamKind } from '../core/stream.ts';
import type { TaskCommand } from '../core/task/command.ts';
import { task } from '../core/task/decider.ts';
import { TaskEvent } from '../core/task/events.ts';
import type { TaskState } from '../core/task/state.ts';
import { taskUpcasters } from '../core/task/upcasters.ts';
import { bringUp, type Upcasters } from '../core/upcast.ts';
import { GENESIS } from './chain.ts';

export type AnyEvent = { type: string; v: number; data: Record<string, unknown> };
// The registry erases the types of the kinds: commands reach a stream through its own kind only.
type AnyDecider = Decider<{ version: number }, never, AnyEvent>;

type Kind = {
  decider: AnyDecider;
  event: z.ZodType<AnyEvent>;
  upcasters: Upcasters;
};

const KINDS: Record<StreamKind, Kind> = {
  task: {
    decider: task as unknown as AnyDecider,
    event: TaskEvent as z.ZodType<AnyEvent>,
    upcasters: taskUpcasters,
  },
  delivery: {
    decider: delivery as unknown as AnyDecider,
    event: DeliveryEvent as z.ZodType<AnyEvent>,
    upcasters: {},
  },
};

export type CommandOf<K extends StreamKind> = K extends 'task' ? TaskCommand : DeliveryCommand;

/** Grows when the folded state's shape changes: heads of another shape are folded anew. */
export const STATE_VERSION = 6;
export type KeptState = { stateVersion: number; folded: Folded<unknown> };

export const deciderOf = (kind: StreamKind): AnyDecider => KINDS[kind].decider;

/** The event in its present version; throws on an event that no version of ours wrote. */
export function parseEvent(stored: StoredEvent): AnyEvent {
  const { type, v, data, stream, seq } = stored;
  const { event, upcasters } = KINDS[stream.kind];
  const parsed = event.safeParse(bringUp(upcasters, { type, v, data }));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue?.path.join('.');
  const where = `${stream.kind}/${stream.id} event ${seq} (${type} v${v})`;
  throw new Error(`${where} does not match its schema: ${at}: ${issue?.message}`);
}

export const start = (kind: StreamKind): Folded<unknown> =>
  foldStart(KINDS[kind].decider.initial, GENESIS);

export function fold(
  before: Folded<unknown>,
  stored: StoredEvent,
  event: AnyEvent,
): Folded<unknown> {
  const decider = KINDS[stored.stream.kind].decider;
  return foldEvent(decider, before as Folded<{ version: number }>, stored, event);
}

export const asTask = (folded: Folded<unknown>): Folded<TaskState> => folded as Folded<TaskState>;
