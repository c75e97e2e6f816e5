/** What a run's events come to, counted as they come: not all of them are kept. */
import { type AgentEvent, addUsage, NO_USAGE, type Usage } from '../../../core/agent-event.ts';
import { nanoOf } from '../../../core/budget.ts';
import type { Used } from '../../spending/reconcile.ts';

type EventOf<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

type Tally = {
  add(events: readonly AgentEvent[]): void;
  events(): number;
  /** The last error that ended it, where one did. */
  error(): EventOf<'error'> | null;
  finished(): EventOf<'session.finished'> | null;
  /** What the agent says it used, and what it says that cost. */
  used(): Used;
};

export function createTally(): Tally {
  let count = 0;
  let error: EventOf<'error'> | null = null;
  let finished: EventOf<'session.finished'> | null = null;
  let whole: Usage | null = null;
  let steps: Usage = NO_USAGE;
  let wholeUsd: number | null = null;
  let stepsUsd: number | null = null;
  return {
    add(events) {
      for (const event of events) {
        count += 1;
        if (event.type === 'error' && event.fatal) error = event;
        if (event.type === 'session.finished') finished ??= event;
        if (event.type === 'cost') {
          if (event.scope !== 'step') wholeUsd = event.usd;
          stepsUsd = (stepsUsd ?? 0) + event.usd;
        }
        if (event.type !== 'usage') continue;
        if (event.scope !== 'step') whole = event.usage;
        steps = addUsage(steps, event.usage);
      }
    },
    events: () => count,
    error: () => error,
    finished: () => finished,
    used() {
      const usd = wholeUsd ?? stepsUsd;
      return { usage: whole ?? steps, nanoUsd: usd === null ? null : nanoOf(usd) };
    },
  };
}
