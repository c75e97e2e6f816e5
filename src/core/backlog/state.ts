/** A backlog as it stands, and what each event changes in it. */
import { z } from 'zod';
import { type Steerer, steeredBy } from '../actor.ts';
import type { Stamp } from '../decider.ts';
import type { TaskEnd } from '../tell.ts';
import type { BacklogData, BacklogEvent } from './events.ts';
import { lastWords } from './last-words.ts';
import type { BacklogItem } from './plan.ts';

/** `merged`: its work is on its branch. `done`: there was nothing to change, or it was done before. */
export const ItemStatus = z.enum([
  'waiting',
  'starting',
  'running',
  'merged',
  'done',
  'failed',
  'canceled',
]);
export type ItemStatus = z.infer<typeof ItemStatus>;

export type ItemState = BacklogItem & {
  status: ItemStatus;
  attempt: number;
  /** The task of the last attempt. */
  task: string | null;
  /** A task of it is at work or is being made: it takes the place of one. */
  isActive: boolean;
  /** What its task does, in a word. */
  phase: string;
  pull: number | null;
  end: TaskEnd | null;
  /** Who canceled it here; null where nobody did. */
  canceledBy: Steerer | null;
  /** Why it failed or was canceled. */
  reason: string;
  startedAt: string | null;
  endedAt: string | null;
};

export type BacklogState = {
  version: number;
  /** `proposed`: a person has to say yes to the plan first. */
  status: 'absent' | 'proposed' | 'active' | 'paused' | 'success' | 'canceled';
  created: BacklogData<'backlog.created'> | null;
  /** The event that created it: one issue may have several backlogs, one after the other. */
  createdAt: { seq: number; at: string };
  items: ItemState[];
  /** What happened last, in words; neither surfaces nor effects. */
  last: { seq: number; at: string; what: string };
  endedAt: string | null;
  /** Why its plan was denied; empty where it was not, or without a reason. */
  denial: string;
  surface: { id: number; digest: string } | null;
};

export const NO_BACKLOG: BacklogState = {
  version: 0,
  status: 'absent',
  created: null,
  createdAt: { seq: 0, at: '' },
  items: [],
  last: { seq: 0, at: '', what: '' },
  endedAt: null,
  denial: '',
  surface: null,
};

export function createdOf({ created }: BacklogState): BacklogData<'backlog.created'> {
  if (!created) throw new Error('the stream does not begin with backlog.created');
  return created;
}

/** Whether more can come of it. */
export const isOpen = ({ status }: BacklogState): boolean =>
  status === 'proposed' || status === 'active' || status === 'paused';

/** Whether what needs the item may start. */
export const isDone = ({ status }: ItemState): boolean => status === 'merged' || status === 'done';

export const isSettled = (item: ItemState): boolean => isDone(item) || item.status === 'canceled';

export function evolve(before: BacklogState, event: BacklogEvent, stamp: Stamp): BacklogState {
  const { seq, at } = stamp;
  const what = lastWords(event);
  const last = what === null ? before.last : { seq, at, what };
  const state = { ...before, version: seq, last };
  const changed = (id: string, change: Partial<ItemState>): BacklogState => ({
    ...state,
    items: state.items.map(item => (item.id === id ? { ...item, ...change } : item)),
  });
  // It may have been canceled while its task was made, or before that has ended.
  const isCanceled = (id: string) =>
    state.items.some(item => item.id === id && item.status === 'canceled');
  switch (event.type) {
    case 'backlog.created':
      return {
        ...NO_BACKLOG,
        version: seq,
        last,
        status: 'proposed',
        created: event.data,
        createdAt: stamp,
        items: event.data.plan.items.map(begun),
      };
    case 'backlog.started':
    case 'backlog.resumed':
      return { ...state, status: 'active' };
    case 'backlog.paused':
      return { ...state, status: 'paused' };
    case 'backlog.canceled':
      return { ...state, denial: event.data.reason ?? '' };
    case 'item.queued':
      return changed(event.data.item, {
        status: 'starting',
        attempt: event.data.attempt,
        isActive: true,
        task: null,
        pull: null,
        end: null,
        phase: '',
        startedAt: state.items.find(({ id }) => id === event.data.item)?.startedAt ?? at,
      });
    case 'item.started': {
      const { item, task } = event.data;
      return changed(item, isCanceled(item) ? { task } : { task, status: 'running' });
    }
    case 'item.refused': {
      const { item, reason } = event.data;
      const over = { isActive: false, endedAt: at };
      return changed(item, isCanceled(item) ? over : { ...over, status: 'failed', reason });
    }
    case 'item.progressed': {
      const { item, phase, pull } = event.data;
      return changed(item, { phase, pull });
    }
    case 'item.ended': {
      const { item, end, unmerged = false } = event.data;
      const { pull } = end;
      const reason = unmerged
        ? `Its pull request #${pull} is not merged, because its graph does not merge. Merge it, and try again.`
        : end.reason;
      const over = { end, pull, isActive: false, phase: '', endedAt: at };
      const stays = isCanceled(item) && end.commit === null;
      return changed(item, stays ? over : { ...over, reason, status: statusAfter(event.data) });
    }
    case 'item.retried':
      return changed(event.data.item, {
        status: 'waiting',
        canceledBy: null,
        reason: '',
        endedAt: null,
      });
    case 'item.canceled': {
      const { item, by } = event.data;
      const because = event.data.with === null ? '' : `, because it needs ${event.data.with}`;
      const denial = state.denial === '' ? '.' : `: ${state.denial}`;
      const reason = `Canceled by ${steeredBy(by)}${because}${denial}`;
      return changed(item, { status: 'canceled', canceledBy: by, reason, endedAt: at });
    }
    case 'backlog.finished':
      return { ...state, status: event.data.outcome, endedAt: at };
    case 'surface.shown':
      return { ...state, surface: event.data };
    case 'effect.performed':
    case 'effect.failed':
    case 'effect.resumed':
      return state;
  }
}

const begun = (item: BacklogItem): ItemState => ({
  ...item,
  status: item.isDone ? 'done' : 'waiting',
  attempt: 0,
  task: null,
  isActive: false,
  phase: '',
  pull: null,
  end: null,
  canceledBy: null,
  reason: '',
  startedAt: null,
  endedAt: null,
});

function statusAfter({ end, unmerged }: BacklogData<'item.ended'>): ItemStatus {
  if (end.outcome === 'canceled') return 'canceled';
  if (end.outcome !== 'success' || unmerged) return 'failed';
  return end.commit === null ? 'done' : 'merged';
}
