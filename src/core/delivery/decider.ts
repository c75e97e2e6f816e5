/** A delivery that called us: acknowledged at once, and answered where it makes no task. */
import type { Person, Repository } from '../actor.ts';
import type { Answer } from '../answer.ts';
import type { Circumstance, Decided, Decider } from '../decider.ts';
import { type FailEffect, failedEffect } from '../failed-effect.ts';
import type { Target } from '../target.ts';
import type { DeliveryEvent } from './events.ts';

export type DeliveryState = { version: number; heard: boolean; answered: boolean };

export type DeliveryCommand =
  | { type: 'hear'; repository: Repository; by: Person; target: Target }
  | { type: 'answer'; repository: Repository; by: Person; target: Target; answer: Answer }
  | { type: 'performed'; key: string }
  | FailEffect;

export const delivery: Decider<DeliveryState, DeliveryCommand, DeliveryEvent> = {
  initial: { version: 0, heard: false, answered: false },
  decide,
  evolve: (state, event, stamp) => ({
    version: stamp.seq,
    heard: state.heard || event.type === 'delivery.heard',
    answered: state.answered || event.type === 'delivery.answered',
  }),
  react: (state, event) => {
    if (event.type !== 'delivery.heard' && event.type !== 'delivery.answered') return [];
    const { repository, target } = event.data;
    const acknowledge = { kind: 'acknowledge', key: 'acknowledge', repository, target } as const;
    if (event.type === 'delivery.heard') return [acknowledge];
    const { answer } = event.data;
    return [
      ...(state.heard ? [] : [acknowledge]),
      { kind: 'answer', key: 'answer', repository, target, answer },
    ];
  },
  ends: () => false,
};

function decide(
  state: DeliveryState,
  command: DeliveryCommand,
  circumstance: Circumstance,
): Decided<DeliveryEvent> {
  switch (command.type) {
    case 'hear': {
      if (state.heard) return { ok: false, reason: 'It is heard already.' };
      const { type: _, ...data } = command;
      return { ok: true, events: [{ type: 'delivery.heard', v: 1, data }] };
    }
    case 'answer': {
      if (state.answered) return { ok: false, reason: 'It is answered already.' };
      const { type: _, ...data } = command;
      return { ok: true, events: [{ type: 'delivery.answered', v: 1, data }] };
    }
    case 'performed':
      return { ok: true, events: [{ type: 'effect.performed', v: 1, data: { key: command.key } }] };
    case 'fail_effect':
      return { ok: true, events: [failedEffect(command, circumstance)] };
  }
}
