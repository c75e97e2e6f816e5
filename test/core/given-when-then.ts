/** Given commands that were accepted, when a command comes, then these events or this refusal follow. */
import { expect } from 'vitest';
import type { Decider } from '../../src/core/decider.ts';
import { type Folded, foldEvent, foldStart } from '../../src/core/fold.ts';
import type { StreamKind } from '../../src/core/stream.ts';

export const NOW = '2026-11-21T10:00:00.000Z';

type AnyEvent = { type: string; v: number; data: object };

/**
 * The form of all tests of a decider, for the streams of one kind. `answers`: the key of the effect whose
 * outcome a command is, which its first event settles where it is open.
 */
export function testsOf<S, C extends { type: string }, E extends AnyEvent>(
  kind: StreamKind,
  decider: Decider<S, C, E>,
  answers: (command: C) => string | null = () => null,
) {
  const fold = (command: C, events: E[], from: Folded<S>): Folded<S> => {
    const answered = from.open.find(({ key }) => key === answers(command));
    const settles = answered ? { key: answered.key, since: answered.since } : null;
    return events.reduce(
      (before, event, index) =>
        foldEvent(
          decider,
          before,
          {
            stream: { kind, id: 't' },
            seq: before.version + 1,
            at: NOW,
            type: event.type,
            v: event.v,
            data: { ...event.data },
            actor: { kind: 'gatehouse' },
            correlation: {},
            settles: index === 0 ? settles : null,
            prev: before.hash,
            hash: `hash ${before.version + 1}`,
          },
          event,
        ),
      from,
    );
  };

  /** The state and the events after these commands; each must be accepted. */
  function outcomeOf(...commands: C[]): { folded: Folded<S>; events: E[] } {
    const events: E[] = [];
    let folded = foldStart(decider.initial, 'genesis');
    for (const command of commands) {
      // What tells of an effect by its key, tells of the one that is open.
      const effect = folded.open.find(open => 'key' in command && open.key === command.key) ?? null;
      const result = decider.decide(folded.state, command, { now: NOW, jitter: 0.5, effect });
      if (!result.ok) throw new Error(`${command.type} was refused: ${result.refusal.message}`);
      folded = fold(command, result.events, folded);
      events.push(...result.events);
    }
    return { folded, events };
  }

  function given(...commands: C[]) {
    const before = outcomeOf(...commands).folded;
    return {
      state: before.state,
      open: before.open.map(effect => effect.key),
      when(command: C, circumstance: { effectKey?: string; jitter?: number } = {}) {
        const effect = before.open.find(open => open.key === circumstance.effectKey) ?? null;
        const jitter = circumstance.jitter ?? 0.5;
        const result = decider.decide(before.state, command, { now: NOW, jitter, effect });
        const events = result.ok ? result.events : [];
        const after = () => fold(command, events, before);
        return {
          events,
          /** The events' types, in order. */
          thenEvents(...types: E['type'][]) {
            expect(result).toMatchObject({ ok: true });
            expect(events.map(event => event.type)).toEqual(types);
            return this;
          },
          /** One of the events of this type has these data. */
          saying(type: E['type'], data: Record<string, unknown>) {
            expect(
              events.filter(event => event.type === type).map(event => event.data),
            ).toContainEqual(expect.objectContaining(data));
            return this;
          },
          thenRefused(message: string | RegExp) {
            const refusal = expect.objectContaining({ message: expect.stringMatching(message) });
            expect(result).toEqual({ ok: false, refusal });
          },
          after,
          /** Effects that are open afterwards and were not before, or are due anew. */
          opens() {
            const version = before.version;
            return after()
              .open.filter(open => open.since > version && open.kind !== 'show')
              .map(open => open.key);
          },
        };
      },
    };
  }

  return { given, outcomeOf };
}
