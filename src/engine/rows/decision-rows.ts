/** The rows of what policy decided about a task. */
import type { StoredEvent } from '../../core/event.ts';
import type { TaskEvent } from '../../core/task/events/events.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import { firstPart } from '../../core/text/first-part.ts';
import type { DecisionRow } from '../ports/decision-index.ts';
import { parseEvent } from '../streams.ts';

/** More of a resource or a reason stands in the event alone. */
const LONGEST = 500;

/** `state`: after these events, or later ones. */
export const decisionRows = (
  task: string,
  state: TaskState,
  events: readonly StoredEvent[],
): DecisionRow[] =>
  events.flatMap(stored => {
    if (stored.type !== 'policy.decided') return [];
    // It has passed the schema of a task's events.
    const { data } = parseEvent(stored) as Extract<TaskEvent, { type: 'policy.decided' }>;
    const { action, outcome, resource, reasons, policies } = data.decision;
    return [
      {
        task,
        seq: stored.seq,
        repositoryId: createdOf(state).repository.id,
        action,
        outcome,
        resource: firstPart(resource, LONGEST),
        reason: firstPart(reasons[0] ?? '', LONGEST),
        policies,
        agent: roleOf(state, data.run),
        at: stored.at,
      },
    ];
  });

function roleOf({ runs }: TaskState, run: string | null): string | null {
  const executor = runs.find(({ id }) => id === run)?.executor;
  return executor?.kind === 'agent' ? executor.role : null;
}
