/** A delivery that called us: heard first, answered where it makes no task. */
import { describe, expect, it } from 'vitest';
import { type DeliveryCommand, delivery } from '../../src/core/delivery/decider.ts';

const REPOSITORY = { id: 1, owner: 'acme', name: 'library', installation: 1 };
const MONA = { id: 7, login: 'mona' };
const target = { kind: 'issue', number: 3 } as const;
const acknowledge: DeliveryCommand = {
  type: 'acknowledge',
  repository: REPOSITORY,
  by: MONA,
  target,
};
const answer: DeliveryCommand = { ...acknowledge, type: 'answer', answer: { code: 'help' } };
const now = { now: '2026-11-24T10:00:00.000Z', jitter: 0, effect: null };

/** The commands, one after the other; the keys of the effects that the last one opens. */
function tell(...commands: DeliveryCommand[]) {
  let state = delivery.initial;
  let opened: string[] = [];
  for (const command of commands) {
    const decided = delivery.decide(state, command, now);
    if (!decided.ok) return { refused: decided.refusal.message };
    opened = [];
    for (const event of decided.events) {
      const stamp = { seq: state.version + 1, at: now.now };
      state = delivery.evolve(state, event, stamp);
      opened.push(...delivery.react(state, event, stamp).map(effect => effect.key));
    }
  }
  return { opened };
}

describe('a call', () => {
  it('is acknowledged when it is heard, and once', () => {
    expect(tell(acknowledge)).toEqual({ opened: ['acknowledge'] });
    expect(tell(acknowledge, answer)).toEqual({ opened: ['answer'] });
    expect(tell(acknowledge, acknowledge)).toEqual({ refused: 'It is acknowledged already.' });
  });
  it('that was answered before hearing was told apart is acknowledged with the answer', () => {
    expect(tell(answer)).toEqual({ opened: ['acknowledge', 'answer'] });
    expect(tell(acknowledge, answer, answer)).toEqual({ refused: 'It is answered already.' });
  });
});
