/** What the events of a task's stream say to whoever counts and traces, told by who appended them. */
import type { StreamRef } from '../../core/stream.ts';
import type { TaskEvent } from '../../core/task/events/events.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import type { Handled } from '../handle.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observation, Observe } from '../ports/telemetry.ts';
import { asTask } from '../streams.ts';
import { type Appended, appendedOf } from './appended.ts';
import { approvalEnded } from './approval-ended.ts';
import { recoveredBy } from './recovered.ts';
import { spentSince } from './spent-since.ts';

/** Events that say something only beside those before them, of which there are few in a task. */
const BESIDE_EARLIER: ReadonlySet<TaskEvent['type']> = new Set([
  'approval.granted',
  'approval.denied',
  'approval.confirmed',
  'approval.voided',
  'run.spent',
  'pull.signaled',
  'pull.merged',
]);

/** Nobody waits for it: what it has to read of the log, it reads after the append. */
export function createObserveEvents(parts: {
  log: Pick<EventLog, 'read'>;
  observe: Observe;
  logger: Logger;
}): (stream: StreamRef, handled: Handled) => void {
  const { log, observe, logger } = parts;
  return (stream, handled) => {
    if (!handled.ok || stream.kind !== 'task') return;
    const { state } = asTask(handled.folded);
    const added = handled.events.map(appendedOf);
    for (const one of added) for (const told of observed(stream.id, state, one)) observe(told);
    const asks = added.filter(({ event }) => BESIDE_EARLIER.has(event.type) && says(state, event));
    if (asks.length === 0) return;
    observedBeside(log, stream, asks, state).then(
      all => all.forEach(observe),
      (error: unknown) =>
        logger.warn({ err: error, task: stream.id }, 'a task could not be observed'),
    );
  };
}

/** Signals are frequent, and most are about no check that anybody worked on. */
const says = (state: TaskState, event: TaskEvent): boolean =>
  (event.type !== 'pull.signaled' && event.type !== 'pull.merged') ||
  [...state.reworks, ...state.waitingReworks].some(({ check }) => check !== null);

async function observedBeside(
  log: Pick<EventLog, 'read'>,
  stream: StreamRef,
  asks: readonly Appended[],
  state: TaskState,
): Promise<Observation[]> {
  const history: Appended[] = [];
  for await (const stored of log.read(stream)) history.push(appendedOf(stored));
  return asks.flatMap(ask => {
    const before = history.filter(({ seq }) => seq < ask.seq);
    return [
      ...approvalEnded(stream.id, { before, ask, state }),
      ...spentSince(before, ask),
      ...recoveredBy(stream.id, before, ask),
    ];
  });
}

function observed(task: string, state: TaskState, { at, event }: Appended): Observation[] {
  switch (event.type) {
    case 'policy.decided': {
      const { gate, action, outcome } = event.data.decision;
      // What an agent asks inside its run is told where it is answered: an allow is in no event.
      if (gate === 'act') return [];
      return [{ type: 'policy_decided', task, run: event.data.run, gate, action, outcome, at }];
    }
    case 'run.finished': {
      const run = state.runs.find(({ id }) => id === event.data.run);
      return run ? [runEnded(task, run, at)] : [];
    }
    case 'remediation.stopped':
      return [{ type: 'recovery_stopped', task }];
    case 'task.finished':
      return taskEnded(task, state, { at, outcome: event.data.outcome });
    default:
      return [];
  }
}

function taskEnded(
  task: string,
  state: TaskState,
  { at: to, outcome }: { at: number; outcome: 'success' | 'failure' | 'canceled' | 'refused' },
): Observation[] {
  const { command, repository, origin } = createdOf(state);
  const from = Date.parse(state.createdAt);
  const name = `${repository.owner}/${repository.name}`;
  return [
    { type: 'task_ended', task, repository: name, command, outcome, from, to },
    // What was pushed to somebody's pull request is theirs: its checks are not followed.
    ...(origin.kind === 'check' && outcome === 'success'
      ? [{ type: 'check_recovered' as const, task, from, to }]
      : []),
  ];
}

function runEnded(task: string, run: Run, to: number): Observation {
  const { executor, choice, adapter, startedAt, state } = run;
  const queuedAt = Date.parse(run.queuedAt);
  const from = startedAt === null ? queuedAt : Date.parse(startedAt);
  return {
    type: 'run_ended',
    task,
    run: run.id,
    step: run.step,
    round: run.round,
    attempt: run.attempt,
    executor: executor.kind,
    agent:
      executor.kind === 'agent'
        ? {
            role: executor.role,
            adapter,
            provider: choice?.provider ?? null,
            model: choice?.model ?? null,
          }
        : null,
    outcome: state === 'success' || state === 'failure' ? state : 'canceled',
    class: run.class,
    queuedMs: startedAt === null ? null : from - queuedAt,
    from,
    to,
  };
}
