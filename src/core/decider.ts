/** The whole machinery of event sourcing here: what a kind of stream must say of itself. */
import type { Effect, NewEffect } from './effect.ts';
import type { CommandRefusal } from './refusal.ts';

/** When and where in its stream an event stands. */
export type Stamp = { seq: number; at: string };

/** A refusal appends nothing. */
export type Decided<E> = { ok: true; events: E[] } | { ok: false; refusal: CommandRefusal };

/** What a command is decided with: nothing ambient. `jitter` is drawn by the shell, 0 ≤ jitter < 1. */
export type Circumstance = {
  now: string;
  jitter: number;
  effect: Effect | null;
  /** The effect was opened again after what the command tells of had begun. */
  reopened?: boolean;
};

export type Decider<S, C, E> = {
  initial: S;
  decide(state: S, command: C, circumstance: Circumstance): Decided<E>;
  /** Throws on a history that can't be. */
  evolve(state: S, event: E, stamp: Stamp): S;
  /** The effects that the event opens, seen from the state after it. */
  react(state: S, event: E, stamp: Stamp): NewEffect[];
  /** Whether the event makes an open effect pointless. */
  ends(event: E, effect: Effect): boolean;
};

/** Collects the events of one decision, each seen by the next. */
export type Draft<S, E> = { readonly events: readonly E[]; readonly state: S; add(event: E): void };

export function draft<S extends { version: number }, E>(
  evolve: Decider<S, unknown, E>['evolve'],
  from: S,
  now: string,
): Draft<S, E> {
  const events: E[] = [];
  let state = from;
  return {
    events,
    get state() {
      return state;
    },
    add(event) {
      state = evolve(state, event, { seq: state.version + 1, at: now });
      events.push(event);
    },
  };
}
