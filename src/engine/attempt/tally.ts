/** What a run's events come to, counted as they come: not all of them are kept. */
import { type AgentEvent, addUsage, NO_USAGE, type Usage } from '../../core/agent-event.ts';

type EventOf<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

export type Tally = {
  add(events: readonly AgentEvent[]): void;
  events(): number;
  /** The last error that ended it, where one did. */
  error(): EventOf<'error'> | null;
  finished(): EventOf<'session.finished'> | null;
  /** What the agent says it used. */
  usage(): Usage;
};

export function createTally(): Tally {
  let count = 0;
  let error: EventOf<'error'> | null = null;
  let finished: EventOf<'session.finished'> | null = null;
  let whole: Usage | null = null;
  let steps: Usage = NO_USAGE;
  return {
    add(events) {
      for (const event of events) {
        count += 1;
        if (event.type === 'error' && event.fatal) error = event;
        if (event.type === 'session.finished') finished ??= event;
        if (event.type !== 'usage') continue;
        if (event.scope !== 'step') whole = event.usage;
        steps = addUsage(steps, event.usage);
      }
    },
    events: () => count,
    error: () => error,
    finished: () => finished,
    usage: () => whole ?? steps,
  };
}
