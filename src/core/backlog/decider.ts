/** A backlog: its items are started as soon as what they need is merged, until each is. */
import type { Person, Steerer } from '../actor.ts';
import {
  type Circumstance,
  type Decided,
  type Decider,
  type Draft,
  draft,
  type Stamp,
} from '../decider.ts';
import { effectKey, type NewEffect } from '../effect.ts';
import { type FailEffect, failedEffect, RESUMED, type ResumeEffects } from '../failed-effect.ts';
import { backlogHooksAt } from '../hooks/backlog-notice.ts';
import { type CommandRefusal, refusal } from '../refusal.ts';
import { later } from '../retry.ts';
import type { TaskEnd } from '../tell.ts';
import type { BacklogData, BacklogEvent } from './events.ts';
import { lookBack } from './look-back.ts';
import { nextItem } from './next.ts';
import { dependents } from './plan.ts';
import {
  type BacklogState,
  createdOf,
  evolve,
  type ItemState,
  isOpen,
  isSettled,
  NO_BACKLOG,
} from './state.ts';

export type BacklogCommand =
  | { type: 'create'; data: BacklogData<'backlog.created'> }
  /** `digest`: of the plan that the person saw. */
  | { type: 'accept'; by: Person; digest: string }
  | { type: 'pause'; by: Steerer }
  | { type: 'resume'; by: Steerer }
  /** `item`: null means all that failed. */
  | { type: 'retry'; by: Steerer; item: string | null }
  /** `item`: null means the whole backlog. `reason`: why its plan is denied. */
  | { type: 'cancel'; by: Steerer; item: string | null; reason?: string }
  | { type: 'item_started'; item: string; attempt: number; task: string }
  | { type: 'item_refused'; item: string; attempt: number; reason: string }
  | { type: 'item_progressed'; data: BacklogData<'item.progressed'> }
  | { type: 'item_ended'; item: string; end: TaskEnd }
  | { type: 'shown'; data: BacklogData<'surface.shown'> }
  | { type: 'performed'; key: string }
  | FailEffect
  | ResumeEffects;

export const backlog: Decider<BacklogState, BacklogCommand, BacklogEvent> = {
  initial: NO_BACKLOG,
  decide,
  evolve,
  react,
  ends: () => false,
};

/** What ends together is shown together. */
const TOGETHER_MS = 2_000;

function decide(
  state: BacklogState,
  command: BacklogCommand,
  circumstance: Circumstance,
): Decided<BacklogEvent> {
  const changes = draft(evolve, state, circumstance.now);
  const refused = apply(changes, command, circumstance);
  if (refused) return { ok: false, refusal: refused };
  advance(changes);
  return { ok: true, events: [...changes.events] };
}

type BacklogDraft = Draft<BacklogState, BacklogEvent>;

function apply(
  changes: BacklogDraft,
  command: BacklogCommand,
  circumstance: Circumstance,
): CommandRefusal | null {
  const { state } = changes;
  switch (command.type) {
    case 'create':
      if (isOpen(state))
        return refusal('busy', 'A backlog is open here: `/agent status` says how it stands.');
      changes.add({ type: 'backlog.created', v: 1, data: command.data });
      if (!command.data.asks) start(changes, null);
      return null;
    case 'accept':
      if (state.status !== 'proposed')
        return refusal('repeated', 'Nobody is asked about the plan any more.');
      if (command.digest !== createdOf(state).digest)
        return refusal(
          'stale',
          'The plan here is another one by now: look at it, and answer that.',
        );
      start(changes, command.by);
      return null;
    case 'pause':
      if (state.status !== 'active')
        return refusal('unsupported', `Only what is at work can be paused: it is ${state.status}.`);
      changes.add({ type: 'backlog.paused', v: 1, data: { by: command.by } });
      return null;
    case 'resume':
      if (state.status !== 'paused')
        return refusal('unsupported', `Nothing is paused here: it is ${state.status}.`);
      changes.add({ type: 'backlog.resumed', v: 1, data: { by: command.by } });
      return null;
    case 'retry':
      return retry(changes, command);
    case 'cancel':
      return cancel(changes, command);
    case 'item_started': {
      const { item, attempt, task } = command;
      const known = itemOf(state, item);
      if (known?.attempt !== attempt || known.task !== null)
        return refusal('repeated', 'It is started already.');
      changes.add({ type: 'item.started', v: 1, data: { item, attempt, task } });
      return null;
    }
    case 'item_refused': {
      const { item, attempt, reason } = command;
      changes.add({ type: 'item.refused', v: 1, data: { item, attempt, reason } });
      return null;
    }
    case 'item_progressed':
      return progressed(changes, command.data);
    case 'item_ended':
      return itemEnded(changes, command.item, command.end);
    case 'shown':
      changes.add({ type: 'surface.shown', v: 1, data: command.data });
      return null;
    case 'performed':
      changes.add({ type: 'effect.performed', v: 1, data: { key: command.key } });
      return null;
    case 'fail_effect':
      failEffect(changes, command, circumstance);
      return null;
    case 'resume_effects':
      changes.add(RESUMED);
      return null;
  }
}

const itemOf = ({ items }: BacklogState, id: string): ItemState | undefined =>
  items.find(item => item.id === id);

function start(changes: BacklogDraft, by: Person | null): void {
  const { digest } = createdOf(changes.state);
  changes.add({ type: 'backlog.started', v: 1, data: { by, digest } });
}

/** Starts what may start, and ends the backlog once there is nothing left. */
function advance(changes: BacklogDraft): void {
  for (let next = nextItem(changes.state); next; next = nextItem(changes.state))
    changes.add({
      type: 'item.queued',
      v: 1,
      data: { item: next.id, attempt: next.attempt + 1 },
    });
  const { status, items } = changes.state;
  const isOver = items.every(item => isSettled(item) && !item.isActive);
  if (!isOver || status === 'absent' || !isOpen(changes.state)) return;
  const outcome = items.every(item => item.status === 'canceled') ? 'canceled' : 'success';
  if (status !== 'proposed' || outcome === 'canceled')
    changes.add({ type: 'backlog.finished', v: 1, data: { outcome } });
}

const unknown = (item: string): CommandRefusal =>
  refusal('absent', `There is no item "${item}" here: \`/agent status\` lists them.`);

function retry(
  changes: BacklogDraft,
  { by, item: id }: Extract<BacklogCommand, { type: 'retry' }>,
): CommandRefusal | null {
  const { state } = changes;
  if (!isOpen(state))
    return refusal('ended', 'The backlog has ended: `/agent play` begins it anew.');
  const named = id === null ? state.items : state.items.filter(item => item.id === id);
  if (named.length === 0) return unknown(id ?? '');
  const again = named.filter(
    ({ status }) => status === 'failed' || (id !== null && status === 'canceled'),
  );
  if (again.length === 0)
    return refusal(
      'unsupported',
      id === null
        ? 'Nothing has failed here.'
        : `"${id}" is ${named[0]?.status}: only what failed or was canceled is tried again.`,
    );
  if (again.some(({ isActive }) => isActive))
    return refusal('unsupported', 'Its task is still being stopped: call again in a moment.');
  for (const { id: item } of again) changes.add({ type: 'item.retried', v: 1, data: { item, by } });
  return null;
}

/** What needs a canceled item can't be done, and is canceled with it. */
function cancel(
  changes: BacklogDraft,
  { by, item: id, reason = '' }: Extract<BacklogCommand, { type: 'cancel' }>,
): CommandRefusal | null {
  const { state } = changes;
  if (!isOpen(state)) return refusal('ended', 'The backlog has ended.');
  const open = (item: ItemState) => !isSettled(item);
  if (id === null) {
    const data = reason === '' ? { by } : { by, reason };
    changes.add({ type: 'backlog.canceled', v: 1, data });
    for (const { id: item } of state.items.filter(open))
      changes.add({ type: 'item.canceled', v: 1, data: { item, by, with: null } });
    return null;
  }
  const named = itemOf(state, id);
  if (!named) return unknown(id);
  const below = new Set(dependents(state.items, id));
  const others = state.items.filter(item => below.has(item.id) && open(item));
  if (!open(named) && others.length === 0)
    return refusal('unsupported', `"${id}" is ${named.status}, and nothing waits for it.`);
  if (open(named)) changes.add({ type: 'item.canceled', v: 1, data: { item: id, by, with: null } });
  for (const { id: item } of others)
    changes.add({ type: 'item.canceled', v: 1, data: { item, by, with: id } });
  return null;
}

function progressed(
  changes: BacklogDraft,
  data: BacklogData<'item.progressed'>,
): CommandRefusal | null {
  const item = itemOf(changes.state, data.item);
  if (
    !item?.isActive ||
    item.task !== data.task ||
    (item.phase === data.phase && item.pull === data.pull)
  )
    return refusal('repeated', 'That is known already, or over.');
  changes.add({ type: 'item.progressed', v: 1, data });
  return null;
}

/** A task that is tried again ends again; one that took the place of another counts alone. */
function itemEnded(changes: BacklogDraft, id: string, end: TaskEnd): CommandRefusal | null {
  const item = itemOf(changes.state, id);
  if (item?.isActive && item.task === null)
    return refusal('stale', 'Its start is not recorded yet.');
  if (!isOpen(changes.state) || item?.task !== end.task || (item.end && item.end.at >= end.at))
    return refusal('repeated', 'Its end is known already.');
  const data = isUnmerged(end) ? { item: id, end, unmerged: true as const } : { item: id, end };
  changes.add({ type: 'item.ended', v: 1, data });
  return null;
}

/** What needs it would start without its work. */
const isUnmerged = ({ outcome, commit, pull }: TaskEnd): boolean =>
  outcome === 'success' && commit === null && pull !== null;

/** What can't be started however often it is tried has failed. */
function failEffect(changes: BacklogDraft, command: FailEffect, circumstance: Circumstance): void {
  const event = failedEffect(command, circumstance);
  changes.add(event);
  const { effect } = circumstance;
  if (event.data.retryAt !== null || effect?.kind !== 'start_item') return;
  const { item, attempt } = effect;
  const reason = command.message;
  changes.add({ type: 'item.refused', v: 1, data: { item, attempt, reason } });
}

function react(state: BacklogState, event: BacklogEvent, stamp: Stamp): NewEffect[] {
  if (event.type === 'surface.shown' || event.type.startsWith('effect.')) return [];
  const isAtOnce = event.type === 'backlog.created' || event.type === 'backlog.finished';
  const show: NewEffect = {
    kind: 'show_backlog',
    key: effectKey.showBacklog(),
    ...(isAtOnce ? {} : { notBefore: later(stamp.at, TOGETHER_MS) }),
  };
  return [...consequences(state, event), ...backlogHooksAt(state, event, stamp), show];
}

function consequences(state: BacklogState, event: BacklogEvent): NewEffect[] {
  switch (event.type) {
    case 'item.queued': {
      const { item, attempt } = event.data;
      const key = effectKey.startItem(state.createdAt.seq, item, attempt);
      return [{ kind: 'start_item', key, item, attempt }];
    }
    case 'item.started':
    case 'item.canceled': {
      const item = itemOf(state, event.data.item);
      if (!item?.canceledBy || !item.isActive || item.task === null) return [];
      const { task, canceledBy: by } = item;
      return [{ kind: 'stop_task', key: effectKey.stopTask(task), task, by }];
    }
    case 'backlog.finished': {
      const { repository, tracking } = createdOf(state);
      const target = { kind: 'issue' as const, number: tracking };
      const key = effectKey.reply(`end-${state.createdAt.seq}`);
      const reply = { code: 'backlog_ended' as const, ...lookBack(state) };
      return [{ kind: 'reply', key, repository, target, reply }];
    }
    default:
      return [];
  }
}
