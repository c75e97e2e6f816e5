/** Stepping through a task: the state after one event, and a decision taken again with today's policies. */
import { z } from 'zod';
import { Outcome } from '../../core/decision.ts';
import { viewOf } from '../../core/task/views/view.ts';
import { stateAt } from '../../engine/audit/state-at.ts';
import { recordedFacts } from '../../engine/policies/recorded.ts';
import { policiesToday } from '../../engine/policies/today.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import { traceOf } from '../../engine/trace-id.ts';
import { explain } from '../../policy/explain.ts';
import { endpoint, found, refused, versioned } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import { ExplainedDecision } from '../tasks/decisions.ts';
import { ShownEvent } from '../tasks/events.ts';
import { seenDecision } from '../tasks/seen-decision.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';
import { shownTask, Task } from '../tasks/shown-task.ts';
import { inTurn } from '../turns.ts';

const EventParams = TaskParams.extend({
  seq: z.coerce.number().int().min(1).max(2_147_483_647),
});

export const showStateAt = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/states/{seq}',
    tag: 'audit',
    summary: 'A task as it stood after one of its events, and what the event changed.',
    params: EventParams,
    ok: z
      .object({
        event: ShownEvent,
        task: Task,
        changed: z.array(z.string()).describe('The parts of the state that the event changed.'),
        opened: z.array(z.string()).describe('The effects that it opened, by their keys.'),
        closed: z.array(z.string()).describe('Those that are no longer open after it.'),
      })
      .meta({ id: 'StateAt' }),
  },
  async ({ viewer, params, signal }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    return inTurn(signal, async () => {
      const at = await stateAt(services.log, row.id, params.seq);
      if (at === null) return refused(notFound('event'));
      const { event, folded, changed, opened, closed } = at;
      return versioned(`state ${event.hash}`, () => {
        const { stream: _, ...shown } = event;
        const asOf = { event: event.seq, hash: event.hash };
        const trace = traceOf(row.id, services.settings);
        const { web } = services.settings;
        const task = shownTask(viewOf(row.id, folded), { asOf, trace, web }, new Map());
        return { event: shown, task, changed, opened, closed };
      });
    });
  },
);

export const decideAgain = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/decisions/{seq}/today',
    tag: 'audit',
    summary:
      "What today's policies of the deployment and the repository say to the facts of a recorded decision. Nothing is decided by it.",
    params: EventParams,
    ok: z
      .object({
        was: Outcome,
        now: Outcome,
        flips: z.boolean(),
        explanation: ExplainedDecision,
      })
      .meta({ id: 'DecidedAgain' }),
  },
  async ({ viewer, params }, services) => {
    const seen = await seenDecision(services, viewer, params);
    if (!seen.ok) return seen;
    const { task, recorded, audit } = seen;
    const { seq, at, decision } = recorded;
    const facts = await recordedFacts(audit, recorded);
    const { state } = await loadTask(services.log, task);
    const explanation = explain(await policiesToday(services, state), facts);
    const now = explanation.decision.outcome;
    return found({
      was: decision.outcome,
      now,
      flips: now !== decision.outcome,
      explanation: { task, seq, at, ...explanation },
    });
  },
);
