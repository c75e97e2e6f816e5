/** When each surface is shown anew: at once, together with what else happens, or once a minute. */
import type { Stamp } from '../../decider.ts';
import { effectKey, type NewEffect } from '../../effect.ts';
import { labelsDigest, labelsOf } from '../../labels.ts';
import { later } from '../../retry.ts';
import type { Surface } from '../../surface.ts';
import type { TaskEvent } from '../events/events.ts';
import { placeOf } from '../state/place.ts';
import { isOpen, type TaskState } from '../state/state.ts';

/** What happens within this is taken together. */
export const GATHER_MS = 2_000;
/** GitHub lets an App write some 500 times an hour: so often at most news is shown, and progress. */
const NEWS_MS = 20_000;
const PROGRESS_MS = 60_000;
/** What an agent does that has worked for long is shown at least so often. */
const SLOWEST_MS = 300_000;
/** A label that is put there again within this stays; a new head's check soon says more. */
const SETTLE_MS = 10_000;

type Type = TaskEvent['type'];
type Written = Exclude<Surface, 'labels'>;

/** What people wait to see. */
const AT_ONCE: Record<Written, ReadonlySet<Type>> = {
  comment: new Set([
    'issue.opened',
    'step.overridden',
    'task.admitted',
    'task.asked',
    'task.finished',
    'task.paused',
    'task.resumed',
    'task.retried',
  ]),
  check: new Set([
    'approval.requested',
    'check.rerequested',
    'step.overridden',
    'task.asked',
    'task.finished',
    'task.paused',
    'task.resumed',
    'task.retried',
  ]),
  pull: new Set(['task.finished']),
};
/** All else is progress, or stands in a reply. */
const NEWS: Record<Written, ReadonlySet<Type>> = {
  comment: new Set(['approval.requested', 'approval.denied', 'run.unplaced']),
  check: new Set(['approval.confirmed', 'approval.denied', 'approval.voided', 'run.unplaced']),
  pull: new Set(),
};

/** That something was kept, was asked for, was found elsewhere or ended in another task is nothing to show. */
const UNSEEN = /^(?:surface|effect|artifact)\.|^approval\.posted$|^followup\.ended$|^work\.found$/;

/** Of what GitHub tells, one more check that is waited for is shown. */
const isUnseen = (event: TaskEvent): boolean =>
  event.type === 'pull.signaled' ? event.data.check?.state !== 'pending' : UNSEEN.test(event.type);

export function showing(state: TaskState, event: TaskEvent, stamp: Stamp): NewEffect[] {
  const { status, pull } = state;
  if (isCommentShown(event)) return showProgress(state, stamp);
  if (isUnseen(event) || status === 'absent') return [];
  // Who is refused is answered once: there is nothing to show before policy has let the task begin.
  const waitsForPolicy = status === 'proposed' && state.approvals.length === 0;
  if (status === 'refused' || waitsForPolicy) return [];
  const hasPlace = pull || placeOf(state) !== null;
  const surfaces = [
    ...(hasPlace && !isAnsweredWithOthers(state) ? (['comment'] as const) : []),
    ...(pull ? (['check', 'pull'] as const) : []),
  ];
  const written = surfaces.map(surface => show(surface, dueAt(state, surface, event, stamp)));
  return [...written, ...showLabels({ ...state, status }, stamp)];
}

/** One comment has answered for many calls: its own comes once an agent or a command has begun, or people are asked. */
const isAnsweredWithOthers = (state: TaskState): boolean =>
  state.created?.gathered === true &&
  isOpen(state) &&
  state.surfaces.comment === undefined &&
  state.paused === null &&
  state.question === null &&
  state.approvals.length === 0 &&
  state.runs.every(({ startedAt }) => startedAt === null);

/** The comment was written, or stood as it is to be shown. */
const isCommentShown = (event: TaskEvent): boolean =>
  (event.type === 'surface.shown' && event.data.surface === 'comment') ||
  (event.type === 'effect.performed' && event.data.key === effectKey.show('comment'));

/**
 * What an agent does is no event, so that while one works the comment is looked at again: the longer it
 * works, the less often, because each minute of many agents would take all writes that there are.
 */
function showProgress(state: TaskState, { at }: Stamp): NewEffect[] {
  const working = state.runs.findLast(
    ({ state: is, executor }) => is === 'running' && executor.kind === 'agent',
  );
  if (!working || !isOpen(state)) return [];
  const lasted = Date.parse(at) - Date.parse(working.startedAt ?? at);
  const pauseMs = Math.min(Math.max(PROGRESS_MS, lasted / 2), SLOWEST_MS);
  return [show('comment', later(at, pauseMs))];
}

/** `notBefore`: null where it is shown at once. */
const show = (surface: Surface, notBefore: string | null): NewEffect => ({
  kind: 'show',
  key: effectKey.show(surface),
  surface,
  ...(notBefore === null ? {} : { notBefore }),
});

function dueAt(state: TaskState, surface: Written, event: TaskEvent, stamp: Stamp): string | null {
  if (AT_ONCE[surface].has(event.type)) return null;
  const shown = state.surfaces[surface];
  if (surface === 'check') {
    // The check of the head before is in nobody's way, and that of the new one soon says more.
    if (isOvertaken(event)) return later(stamp.at, SETTLE_MS);
    if (turns(state)) return null;
    if (shown?.head !== state.pull?.head) return later(stamp.at, SETTLE_MS);
  }
  const isNews = NEWS[surface].has(event.type) || (surface !== 'pull' && asksPeople(event));
  // What is not shown yet is shown at once by what began it.
  if (!shown) return later(stamp.at, isNews ? GATHER_MS : PROGRESS_MS);
  const pauseMs = isNews ? NEWS_MS : PROGRESS_MS;
  const shownFor = Date.parse(stamp.at) - Date.parse(shown.at);
  return later(stamp.at, Math.max(GATHER_MS, pauseMs - shownFor));
}

/** What was approved is void because another head stands. */
const isOvertaken = (event: TaskEvent): boolean =>
  event.type === 'approval.voided' &&
  event.data.head !== null &&
  event.data.head !== event.data.was;

/** Somebody has to remove an obstacle. */
const asksPeople = (event: TaskEvent): boolean =>
  event.type === 'merge.blocked' && !['checks', 'queued'].includes(event.data.obstacle);

/** The check is to become green, so that it can be merged, or must not be green any longer. */
function turns(state: TaskState): boolean {
  const { pull, mergeable } = state;
  const shown = state.surfaces.check;
  const isGreen = shown?.conclusion === 'success' && shown.head === pull?.head;
  const isAllowed = mergeable !== null && mergeable === pull?.head;
  return isOpen(state) && isGreen !== isAllowed;
}

/** Where other labels should stand than those that were put there last. */
function showLabels(
  state: TaskState & { status: Exclude<TaskState['status'], 'absent'> },
  stamp: Stamp,
): NewEffect[] {
  const { status, approvals, objections, pull } = state;
  const question = state.question?.text ?? null;
  const wanted = { status, approvals, objections, question, pull, issue: placeOf(state) };
  const areWanted = labelsOf(wanted).length > 0;
  const shown = state.surfaces.labels?.digest;
  if (shown === undefined ? !areWanted : shown === labelsDigest(wanted)) return [];
  if (!isOpen(state)) return [show('labels', null)];
  return [show('labels', later(stamp.at, areWanted ? GATHER_MS : SETTLE_MS))];
}
