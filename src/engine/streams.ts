/** The kinds of stream there are: each row joins a decider with the schema of its events. */
import type { z } from 'zod';
import { type AccessCommand, access } from '../core/access/decider.ts';
import { AccessEvent } from '../core/access/events.ts';
import type { Correlation } from '../core/actor.ts';
import { type BacklogCommand, backlog } from '../core/backlog/decider.ts';
import { BacklogEvent } from '../core/backlog/events.ts';
import type { BacklogState } from '../core/backlog/state.ts';
import { type CallersCommand, type CallersState, callers } from '../core/callers/decider.ts';
import { CallersEvent } from '../core/callers/events.ts';
import {
  type CheckpointCommand,
  type CheckpointState,
  checkpoint,
} from '../core/checkpoint/decider.ts';
import { CheckpointEvent } from '../core/checkpoint/events.ts';
import type { Circumstance, Decided, Decider } from '../core/decider.ts';
import { type DeliveryCommand, delivery } from '../core/delivery/decider.ts';
import { DeliveryEvent } from '../core/delivery/events.ts';
import type { StoredEvent } from '../core/event.ts';
import { type Folded, foldEvent, foldStart } from '../core/fold.ts';
import type { StreamKind, StreamRef } from '../core/stream.ts';
import { correlationOf } from '../core/task/correlation.ts';
import type { TaskCommand } from '../core/task/decide/command.ts';
import { task } from '../core/task/decider.ts';
import { TaskEvent } from '../core/task/events/events.ts';
import { taskUpcasters } from '../core/task/events/upcasters.ts';
import type { TaskState } from '../core/task/state/state.ts';
import { bringUp, type Upcasters } from '../core/upcast.ts';
import { GENESIS } from './chain.ts';

export type AnyEvent = { type: string; v: number; data: Record<string, unknown> };
type CommandByKind = {
  task: TaskCommand;
  delivery: DeliveryCommand;
  callers: CallersCommand;
  backlog: BacklogCommand;
  access: AccessCommand;
  checkpoint: CheckpointCommand;
};
export type CommandOf<K extends StreamKind> = CommandByKind[K];

/** A kind of stream as the engine uses it: only its own row knows the types of its state and events. */
type Kind<C> = {
  start(): Folded<unknown>;
  decide(folded: Folded<unknown>, command: C, circumstance: Circumstance): Decided<AnyEvent>;
  parse(stored: StoredEvent): AnyEvent;
  fold(before: Folded<unknown>, stored: StoredEvent): Folded<unknown>;
  /** What an event is about that was decided on this state. */
  correlate(id: string, before: Folded<unknown>, event: AnyEvent): Correlation;
};

function kind<S, C, E extends AnyEvent>(
  decider: Decider<S, C, E>,
  event: z.ZodType<E>,
  upcasters: Upcasters,
  correlate: (id: string, before: Folded<S>, event: E) => Correlation,
): Kind<C> {
  // What is folded here, or was kept from here under the same version, is of this kind's type.
  const own = (folded: Folded<unknown>) => folded as Folded<S>;
  const parse = (stored: StoredEvent) => parseWith(event, upcasters, stored);
  return {
    start: () => foldStart(decider.initial, GENESIS),
    decide: (folded, command, circumstance) =>
      decider.decide(own(folded).state, command, circumstance),
    parse,
    fold: (before, stored) => foldEvent(decider, own(before), stored, parse(stored)),
    // What `decide` returned is of this kind's type as well.
    correlate: (id, before, event) => correlate(id, own(before), event as E),
  };
}

const KINDS: { [K in StreamKind]: Kind<CommandOf<K>> } = {
  task: kind(task, TaskEvent, taskUpcasters, (id, before, event) => ({
    task: id,
    ...correlationOf(before, event),
  })),
  delivery: kind(delivery, DeliveryEvent, {}, id => ({ delivery: id })),
  callers: kind(callers, CallersEvent, {}, () => ({})),
  backlog: kind(backlog, BacklogEvent, {}, (_id, _before, { data }) =>
    'task' in data ? { task: data.task } : {},
  ),
  access: kind(access, AccessEvent, {}, () => ({})),
  checkpoint: kind(checkpoint, CheckpointEvent, {}, () => ({})),
};

/**
 * Grows when the folded state's shape changes: heads of another shape are folded anew, each when it is next
 * loaded. Rows that lists are read from have a version of their own (`PROJECTIONS_VERSION`).
 */
export const STATE_VERSION = 53;
export type KeptState = { stateVersion: number; folded: Folded<unknown> };

/** What is kept beside a stream's events, where it is a state in its present version: all else is folded anew. */
export function keptState(kept: unknown): Folded<unknown> | null {
  const { stateVersion, folded } = (kept ?? {}) as Partial<KeptState>;
  if (stateVersion !== STATE_VERSION || !folded) return null;
  return Number.isInteger(folded.version) && typeof folded.hash === 'string' ? folded : null;
}

export const start = (kind: StreamKind): Folded<unknown> => KINDS[kind].start();

export const decideIn = <K extends StreamKind>(
  kind: K,
  folded: Folded<unknown>,
  command: CommandOf<K>,
  circumstance: Circumstance,
): Decided<AnyEvent> => KINDS[kind].decide(folded, command, circumstance);

export const correlationIn = (
  { kind, id }: StreamRef,
  before: Folded<unknown>,
  event: AnyEvent,
): Correlation => KINDS[kind].correlate(id, before, event);

/** The event in its present version; throws on an event that no version of ours wrote. */
export const parseEvent = (stored: StoredEvent): AnyEvent =>
  KINDS[stored.stream.kind].parse(stored);

export const fold = (before: Folded<unknown>, stored: StoredEvent): Folded<unknown> =>
  KINDS[stored.stream.kind].fold(before, stored);

function parseWith<E>(schema: z.ZodType<E>, upcasters: Upcasters, stored: StoredEvent): E {
  const { type, v, data, stream, seq } = stored;
  const parsed = schema.safeParse(bringUp(upcasters, { type, v, data }));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue?.path.join('.');
  const where = `${stream.kind}/${stream.id} event ${seq} (${type} v${v})`;
  throw new Error(`${where} does not match its schema: ${at}: ${issue?.message}`);
}

export const asTask = (folded: Folded<unknown>): Folded<TaskState> => folded as Folded<TaskState>;

export const asCallers = (folded: Folded<unknown>): Folded<CallersState> =>
  folded as Folded<CallersState>;

export const asCheckpoints = (folded: Folded<unknown>): Folded<CheckpointState> =>
  folded as Folded<CheckpointState>;

export const asBacklog = (folded: Folded<unknown>): Folded<BacklogState> =>
  folded as Folded<BacklogState>;
