/** The effects that an event opens, given the state after it. */
import { nextPeriod } from '../../budget.ts';
import type { Stamp } from '../../decider.ts';
import { type Effect, effectKey, type NewEffect } from '../../effect.ts';
import type { BuiltIn } from '../../graph/graph.ts';
import { hooksAt } from '../../hooks/notice.ts';
import { openApproval, usedByMerge } from '../approvals/open-approvals.ts';
import type { TaskEvent } from '../events/events.ts';
import { pushesToPull } from '../events/works-on.ts';
import { calledAt, placeOf } from '../state/place.ts';
import {
  createdOf,
  type DataOf,
  isOpen,
  purposeOf,
  runOf,
  type TaskState,
} from '../state/state.ts';
import {
  ask,
  askedNoMore,
  askUnposted,
  attempt,
  endsWithApproval,
  goesOn,
  reactToApproval,
} from './approval.ts';
import { askSinceMove, decide, expiries } from './ask-again.ts';
import { accept, answersNo, reactToDeployment } from './deploy.ts';
import { patchForFork, tellEnd } from './end.ts';
import {
  askAboutRun,
  askAgain,
  judge,
  leaveAfter,
  leaveQueue,
  mergeOnceShown,
  signaled,
} from './merge.ts';
import {
  allowedWhilePaused,
  endsByPause,
  goesOnAfterPause,
  toldOfPause,
  whenQueued,
} from './pause.ts';
import { decideReworks, declined, reworked, stopped } from './rework.ts';
import { showing } from './surfaces.ts';
import { tellProgress } from './tell-progress.ts';
import { toldOfUnlock, unlockAsked, unlockDecided, unlockUnasked } from './unlock.ts';
import { endsWithVoid } from './void-replies.ts';

export function react(state: TaskState, event: TaskEvent, stamp: Stamp): NewEffect[] {
  return [
    ...allowedWhilePaused(state, consequences(state, event, stamp)),
    ...tellProgress(state, event, stamp),
    ...showing(state, event, stamp),
    ...hooksAt(state, event, stamp),
  ];
}

function consequences(state: TaskState, event: TaskEvent, stamp: Stamp): NewEffect[] {
  const { repository } = createdOf(state);
  switch (event.type) {
    case 'task.created':
      return [decide('task.start', null, null)];
    case 'task.retried':
      return state.admitted ? decideReworks(state) : [decide('task.start', null, null)];
    case 'rework.requested':
      return [decide('task.start', null, event.data.id)];
    case 'rework.declined':
      return declined(state, event.data);
    case 'remediation.stopped':
      return stopped(state, event.data);
    case 'run.queued': {
      const { run, notBefore } = event.data;
      const ask = whenQueued(runOf(state, run));
      return [notBefore ? { ...ask, notBefore } : ask];
    }
    case 'budget.raised':
    case 'budget.freed':
    case 'run.chosen':
      return [decide('run.start', event.data.run, null)];
    case 'run.produced':
      return event.data.work && event.data.ok ? [decide('patch.accept', event.data.run, null)] : [];
    case 'policy.decided':
      if (event.data.decision.action === 'ref.unlock')
        return unlockDecided(state, event.data.decision, stamp.seq);
      if (event.data.decision.outcome === 'allow')
        return event.data.run ? allowed(state, event.data.decision.action, event.data.run) : [];
      if (event.data.decision.action === 'budget.raise' && event.data.run)
        return askedInNextPeriod(state, event.data.run, stamp.at);
      return event.data.decision.action === 'pr.merge' ? leaveQueue(state) : [];
    case 'round.opened':
      return leaveQueue(state);
    case 'branch.pushed': {
      const { run } = event.data;
      const since = askSinceMove(state);
      if (pushesToPull(createdOf(state))) return since;
      if (!state.pull) return [decide('pr.open', run, null), ...since];
      return [...reworked(state, event.data), ...since];
    }
    case 'deployment.started':
    case 'deployment.awaited':
    case 'deployment.signaled':
    case 'gate.asked':
    case 'acceptance.judged':
      return reactToDeployment(state, event);
    case 'pull.readied':
      return [decide('pr.merge', event.data.run, null)];
    case 'pull.signaled':
      return [
        ...(isOpen(state) ? signaled(state, event.data, stamp) : []),
        ...(event.data.detail === 'unlocked' ? askUnposted(state) : []),
      ];
    case 'head.moved':
    case 'base.moved':
      return [...askAgain(state), ...askSinceMove(state)];
    case 'run.finished':
      return leaveAfter(state, event.data.run);
    case 'merge.blocked':
      return [
        // It was under way as the task was paused.
        ...(state.paused ? leaveQueue(state) : []),
        { ...askAboutRun(state, runOf(state, event.data.run)), notBefore: event.data.retryAt },
        // The use ended the wait for the approval's end; now it is given back.
        ...expiries(state),
      ];
    case 'surface.shown':
      return [
        ...(event.data.surface === 'check' ? state.foundIn.map(about => judge(state, about)) : []),
        ...(usedByMerge(state) ? [] : mergeOnceShown(state)),
      ];
    case 'check.rerequested':
      return isOpen(state) && !usedByMerge(state) ? askAgain(state) : [];
    case 'approval.requested':
    case 'approval.posted':
    case 'approval.answered':
    case 'approval.confirmed':
    case 'approval.granted':
    case 'approval.refused':
    case 'approval.denied':
    case 'approval.revoked':
    case 'approval.voided':
      return reactToApproval(state, event, stamp);
    case 'task.asked':
      return askQuestion(state, event.data);
    case 'issue.opened':
      return [...askUnposted(state), ...toldOnIssue(state)];
    case 'task.cancel_requested': {
      const reply = {
        code: 'cancel_requested' as const,
        task: placeOf(state)?.toString() ?? '',
      };
      const { target } = event.data;
      const key = effectKey.reply('cancel');
      return target ? [{ kind: 'reply', key, repository, target, reply }] : [];
    }
    case 'task.paused':
      return [...toldOfPause(state, event.data, stamp.seq), ...leaveQueue(state)];
    case 'ref.unlock_requested':
      return unlockAsked(event.data);
    case 'effect.failed':
      return unlockUnasked(state, event.data, stamp.seq);
    case 'ref.unlocked':
      return toldOfUnlock(state, event.data, stamp.seq);
    case 'task.resumed':
      return [
        ...toldOfPause(state, event.data, stamp.seq),
        ...goesOnAfterPause(state),
        ...askUnposted(state),
      ];
    case 'task.finished': {
      const { outcome, reason } = event.data;
      const { command, worksOn, origin } = createdOf(state);
      // Opening an issue is no call, so nobody gets a reply.
      const target = origin.kind === 'opened' ? null : calledAt(state);
      const reply = { code: 'refused' as const, command, reasons: [reason] };
      return [
        ...(outcome === 'success' && worksOn?.fork ? patchForFork(state, worksOn) : []),
        ...(outcome === 'refused' && target
          ? [{ kind: 'reply' as const, key: effectKey.reply('refused'), repository, target, reply }]
          : []),
        // A task without a pull request of its own has no check that these could follow.
        ...(state.pull ? [] : state.foundIn.map(about => judge(state, about))),
        ...(state.merged ? [] : leaveQueue(state)),
        ...tellEnd(state, event.data, stamp),
        ...answersNo(state, event.data),
        ...askedNoMore(state),
        { kind: 'clean_up', key: effectKey.cleanUp() },
      ];
    }
    default:
      return [];
  }
}

/** People are asked to raise a cap: once its day or month is over, there is nothing to raise. */
function askedInNextPeriod(state: TaskState, run: string, at: string): NewEffect[] {
  const { raises } = runOf(state, run).budget;
  const notBefore = raises && nextPeriod(raises.scope, at);
  return notBefore ? [{ ...decide('budget.raise', run, null), notBefore }] : [];
}

function askQuestion(state: TaskState, { run, question }: DataOf<'task.asked'>): NewEffect[] {
  const { repository } = createdOf(state);
  const target = calledAt(state);
  const reply = { code: 'asked' as const, question };
  const key = effectKey.reply(`asked-${run}`);
  return ask(state, target ? [{ kind: 'reply', key, repository, target, reply }] : []);
}

/** Whether the event ends the effect: those of a run end with it, those of the task with the task. */
export function ends(event: TaskEvent, effect: Effect): boolean {
  if (event.type === 'run.finished') return 'run' in effect && effect.run === event.data.run;
  if (event.type === 'task.finished')
    return effect.kind === 'decide' || effect.kind === 'tell_progress';
  // The next end opens it again.
  if (event.type === 'task.retried') return effect.kind === 'clean_up';
  if (event.type === 'task.paused') return endsByPause(event.data, effect);
  // The run neither begins nor goes on before the request is answered.
  if (event.type === 'approval.requested' && holdsRun(event.data))
    return effect.kind === 'attempt' && effect.run === event.data.run;
  if (event.type === 'approval.voided' && endsWithVoid(event.data, effect)) return true;
  if (
    event.type === 'approval.voided' ||
    event.type === 'approval.used' ||
    event.type === 'approval.denied'
  )
    return endsWithApproval(event.data.approval, effect);
  if (event.type === 'rework.declined')
    return effect.kind === 'decide' && effect.rework === event.data.id;
  return false;
}

const holdsRun = ({ gate, action }: DataOf<'approval.requested'>): boolean =>
  gate === 'act' || action === 'run.start';

/** How each built-in step begins; the outcome of its last effect ends the run. */
const BUILT_INS: Record<BuiltIn | 'join', (state: TaskState, run: string) => NewEffect[]> = {
  join: (_, run) => [{ kind: 'join', key: effectKey.join(run), run }],
  label: (_, run) => [decide('issue.label', run, null)],
  report: (_, run) => [decide('issue.comment', run, null)],
  clarify: (_, run) => [decide('plan.accept', run, null)],
  publish: (_, run) => [decide('branch.push', run, null)],
  deploy: (_, run) => [decide('deploy', run, null)],
  accept: (_, run) => [accept(run)],
  release: (_, run) => [decide('deploy', run, null)],
  merge: ({ pull }, run) =>
    pull?.draft
      ? [{ kind: 'mark_ready', key: effectKey.markReady(run), run }]
      : [decide('pr.merge', run, null)],
};

/** What had no place to be told: policy is asked once more, now that there is one. */
const toldOnIssue = (state: TaskState): NewEffect[] =>
  state.runs
    .filter(run => run.state === 'running' && purposeOf(state, run) === 'report')
    .filter(({ id }) => !openApproval(state, { action: 'issue.comment', run: id, rework: null }))
    .map(({ id }) => decide('issue.comment', id, null));

/** Only an allow yields a write. */
function allowed(state: TaskState, action: string, id: string): NewEffect[] {
  const { executor } = runOf(state, id);
  switch (action) {
    case 'run.start':
      return executor.kind === 'builtin' ? BUILT_INS[executor.builtin](state, id) : [attempt(id)];
    case 'branch.push':
      return [{ kind: 'push', key: effectKey.push(id), run: id }];
    case 'pr.open':
      return [{ kind: 'open_pull', key: effectKey.openPull(id), run: id }];
    case 'issue.comment':
      return calledAt(state)
        ? [{ kind: 'report', key: effectKey.report(id), run: id }]
        : [{ kind: 'open_issue', key: effectKey.openIssue() }];
    case 'issue.label':
      return [{ kind: 'add_labels', key: effectKey.addLabels(id), run: id }];
    case 'pr.merge':
      return mergeOnceShown(state);
    case 'deploy':
      return purposeOf(state, runOf(state, id)) === 'release'
        ? [{ kind: 'release', key: effectKey.release(id), run: id }]
        : [{ kind: 'deploy', key: effectKey.deploy(id), run: id }];
    default:
      return goesOn(state, id);
  }
}
