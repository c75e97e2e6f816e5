/** The moments of a task, and the hooks that they set off. */
import { capInWords } from '../budget.ts';
import type { Stamp } from '../decider.ts';
import { effectKey, type NewEffect } from '../effect.ts';
import { later } from '../retry.ts';
import type { TaskEvent } from '../task/events/events.ts';
import { createdOf, type Run, runOf, type TaskState } from '../task/state/state.ts';
import type { DeclaredHook, Moment, Notice } from './hook.ts';

/** A question may be answered, or asked anew on another head, as soon as it is asked. */
const ANSWERED_MS = 2_000;
const WAITS: ReadonlySet<Moment> = new Set<Moment>(['approval', 'asked', 'backlog_waits']);
const LONGEST_REASON = 500;

/** The hooks that an event sets off. A task that began before there were hooks has none. */
export function hooksAt(state: TaskState, event: TaskEvent, { seq, at }: Stamp): NewEffect[] {
  const { hooks = [] } = createdOf(state).config;
  if (hooks.length === 0) return [];
  return noticesOf(state, event, seq).flatMap(notice =>
    hooks
      .filter(({ on }) => on.includes(notice.moment))
      .flatMap(hook => effectsOf(hook, notice, { seq, at })),
  );
}

/** Before and after a run, a command is a step; of decisions, those count that allow nothing yet. */
const runsTask = ({ moment, outcome }: Notice): boolean =>
  moment === 'decided' ? outcome !== 'allow' : !moment.startsWith('run_');

/** What the hook tells its endpoint, where it has one. */
export function toldBy(
  { name, by, webhook }: Pick<DeclaredHook, 'name' | 'by' | 'webhook'>,
  of: Notice,
  { seq, at }: Stamp,
): NewEffect[] {
  if (webhook === undefined) return [];
  const { moment, about } = of;
  return [
    {
      kind: 'notify',
      key: effectKey.notify(`${by}/${name}`, moment, about),
      endpoint: webhook,
      by,
      notice: { ...of, reason: of.reason.slice(0, LONGEST_REASON) },
      seq,
      at,
      ...(WAITS.has(moment) ? { notBefore: later(at, ANSWERED_MS) } : {}),
    },
  ];
}

function effectsOf(hook: DeclaredHook, of: Notice, stamp: Stamp): NewEffect[] {
  const { name, start, command } = hook;
  const { moment, about } = of;
  const { seq } = stamp;
  const notice = { ...of, reason: of.reason.slice(0, LONGEST_REASON) };
  const effects = toldBy(hook, of, stamp);
  if (start !== undefined)
    effects.push({
      kind: 'start_task',
      key: effectKey.startTask(name, moment, about),
      hook: name,
      start,
      outcome: notice.outcome,
      seq,
    });
  if (command !== undefined && runsTask(of))
    effects.push({
      kind: 'start_task',
      key: effectKey.startTask(`${name}/${command}`, moment, about),
      hook: name,
      start: { command: 'test', text: `${moment}: ${notice.outcome}. ${notice.reason}` },
      runs: command,
      outcome: notice.outcome,
      seq,
    });
  return effects;
}

function noticesOf(state: TaskState, event: TaskEvent, seq: number): Notice[] {
  switch (event.type) {
    case 'run.started':
      return [startedOf(state, event.data.run, seq)];
    case 'run.finished': {
      const { run, outcome, reason } = event.data;
      const finished = { moment: 'run_finished' as const, about: run, of: run, outcome, reason };
      return [finished, ...deniedIn(runOf(state, run))];
    }
    case 'policy.decided': {
      const { run, decision } = event.data;
      const { gate, action, resource, outcome, reasons } = decision;
      // What an agent is denied in its run may be much: it is told once, at the end of the run.
      if (gate === 'act' && outcome === 'deny') return [];
      const reason = [`${action} on ${resource}.`, ...reasons].join(' ');
      return [{ moment: 'decided', about: `${seq}`, of: run, outcome, reason }];
    }
    case 'approval.requested': {
      const { approval, run, action, resource, reasons } = event.data;
      const reason = [`${action} on ${resource}.`, ...reasons].join(' ');
      return [{ moment: 'approval', about: approval, of: run, outcome: 'requested', reason }];
    }
    case 'task.asked': {
      const { run, question } = event.data;
      return [{ moment: 'asked', about: run, of: run, outcome: 'asked', reason: question }];
    }
    case 'budget.reached': {
      const { run, reached } = event.data;
      const reason = `It reached ${capInWords(reached)}.`;
      return [{ moment: 'budget', about: run, of: run, outcome: 'reached', reason }];
    }
    case 'pull.merged': {
      const { commit, by } = event.data;
      const reason = `Merged as ${commit}, by ${by === 'person' ? 'a person' : 'Gatehouse'}.`;
      return [{ moment: 'merged', about: commit, of: null, outcome: 'merged', reason }];
    }
    case 'task.finished': {
      const { outcome, reason } = event.data;
      const end = { about: `${seq}`, of: null, outcome, reason };
      const failed = outcome === 'failure' ? [{ ...end, moment: 'failed' as const }] : [];
      return [...failed, { ...end, moment: 'finished' }];
    }
    default:
      return [];
  }
}

const deniedIn = ({ id, denials }: Run): Notice[] =>
  denials.length === 0
    ? []
    : [{ moment: 'decided', about: id, of: id, outcome: 'deny', reason: denials.join(' ') }];

function startedOf(state: TaskState, run: string, seq: number): Notice {
  const { executor, step } = runOf(state, run);
  const by = executor.kind === 'agent' ? `the ${executor.role}` : 'a command';
  const reason = `${step} begins, by ${by}.`;
  return { moment: 'run_started', about: `${run}-${seq}`, of: run, outcome: 'running', reason };
}

/** Whether what it tells is still so; a question that was answered meanwhile is told to nobody. */
export function stillHolds(state: TaskState, { moment, about }: Notice): boolean {
  switch (moment) {
    case 'approval':
      return state.approvals.some(({ id, status }) => id === about && status === 'requested');
    case 'asked': {
      // Once it is answered and the step has run again, what is asked is another question.
      const { step } = runOf(state, about);
      return state.question !== null && state.runs.findLast(run => run.step === step)?.id === about;
    }
    default:
      return true;
  }
}
