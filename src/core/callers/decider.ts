/**
 * Callers without the role that a command takes are answered together: one comment for each issue and
 * hour, which names them. However many there are, nobody else's call waits for them.
 */
import type { Person } from '../actor.ts';
import type { Circumstance, Decided, Decider } from '../decider.ts';
import { effectKey } from '../effect.ts';
import { type FailEffect, failedEffect } from '../failed-effect.ts';
import { refusal } from '../refusal.ts';
import { later } from '../retry.ts';
import type { CallersEvent } from './events.ts';

type CallersState = { version: number; people: Person[] };

export type CallersCommand =
  | {
      type: 'turn_away';
      data: Extract<CallersEvent, { type: 'caller.turned_away' }>['data'];
    }
  | { type: 'performed'; key: string }
  | FailEffect;

/** More people than anybody reads; whoever comes after them is not answered in this hour. */
const MOST = 200;
/** Further callers wait this long for more to name. */
const TOGETHER_MS = 5_000;

export const callers: Decider<CallersState, CallersCommand, CallersEvent> = {
  initial: { version: 0, people: [] },
  decide,
  evolve: (state, event, { seq }) => ({
    version: seq,
    people: event.type === 'caller.turned_away' ? [...state.people, event.data.by] : state.people,
  }),
  react(state, event, { at }) {
    if (event.type !== 'caller.turned_away') return [];
    const { repository, target, command, needs } = event.data;
    const logins = state.people.map(({ login }) => login);
    const reply = { code: 'turned_away' as const, command, needs, logins };
    return [
      {
        kind: 'reply',
        key: effectKey.reply(null),
        repository,
        // One comment for all stands in the conversation, not in the thread of one of them.
        target: { kind: 'issue', number: target.number },
        reply,
        ...(logins.length > 1 ? { notBefore: later(at, TOGETHER_MS) } : {}),
      },
    ];
  },
  ends: () => false,
};

function decide(
  { people }: CallersState,
  command: CallersCommand,
  circumstance: Circumstance,
): Decided<CallersEvent> {
  switch (command.type) {
    case 'turn_away': {
      const { data } = command;
      if (people.some(({ id }) => id === data.by.id))
        return { ok: false, refusal: refusal('repeated', `${data.by.login} was told already.`) };
      if (people.length >= MOST)
        return { ok: false, refusal: refusal('limit', `${MOST} people were told already.`) };
      return { ok: true, events: [{ type: 'caller.turned_away', v: 1, data }] };
    }
    case 'performed':
      return { ok: true, events: [{ type: 'effect.performed', v: 1, data: { key: command.key } }] };
    case 'fail_effect':
      return { ok: true, events: [failedEffect(command, circumstance)] };
  }
}
