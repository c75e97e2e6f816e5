/** The rows that are kept beside a stream: what lists are read from. All of them can be made anew from its events. */
import type { StoredEvent } from '../../core/event.ts';
import type { Folded } from '../../core/fold.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { Append } from '../ports/event-log.ts';
import { asBacklog, asTask } from '../streams.ts';
import { approvalRows, changedApprovals } from './approval-rows.ts';
import { backlogRow } from './backlog-row.ts';
import { decisionRows } from './decision-rows.ts';
import { changedQuestion, questionRow } from './question-row.ts';
import { changedRuns, runRows } from './run-rows.ts';
import { taskRow } from './task-row.ts';

type Rows = Pick<Append, 'task' | 'runs' | 'approvals' | 'question' | 'decisions' | 'backlog'>;

/** Those that these events, the last ones, may have changed. */
export const changedRows = (
  stream: StreamRef,
  { before, after }: { before: Folded<unknown>; after: Folded<unknown> },
  events: StoredEvent[],
): Rows => {
  if (stream.kind !== 'task') return ofOthers(stream, after);
  const task = asTask(after);
  const change = { before: asTask(before), after: task };
  const question = changedQuestion(stream.id, change);
  return {
    task: taskRow(stream.id, task),
    runs: changedRuns(stream.id, change, events),
    approvals: changedApprovals(stream.id, task, events),
    ...(question === undefined ? {} : { question }),
    decisions: decisionRows(stream.id, task.state, events),
  };
};

/** `decided`: the events by which policy decided. */
export function allRows(stream: StreamRef, folded: Folded<unknown>, decided: StoredEvent[]): Rows {
  if (stream.kind !== 'task') return ofOthers(stream, folded);
  const task = asTask(folded);
  return {
    task: taskRow(stream.id, task),
    runs: runRows(stream.id, task),
    approvals: approvalRows(stream.id, task),
    question: questionRow(stream.id, task),
    decisions: decisionRows(stream.id, task.state, decided),
  };
}

const ofOthers = ({ kind, id }: StreamRef, folded: Folded<unknown>): Rows => ({
  task: null,
  runs: [],
  backlog: kind === 'backlog' ? backlogRow(id, asBacklog(folded)) : null,
});
