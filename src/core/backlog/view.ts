/** A backlog as people see it: on its tracking issue, and at the shell. */
import type { Repository } from '../actor.ts';
import type { Folded } from '../fold.ts';
import type { Requester } from '../origin.ts';
import type { BacklogSource } from './events.ts';
import { needsOf, stuckOn } from './next.ts';
import { type BacklogState, createdOf, type ItemState, isDone, isOpen } from './state.ts';
import { type BacklogWait, waitOf } from './waits.ts';

export type ItemView = Omit<ItemState, 'end' | 'body' | 'isDone'> & {
  /** What it waits for; empty unless it waits. */
  waitsFor: string[];
};

export type BacklogView = {
  id: string;
  repository: Repository;
  title: string;
  status: Exclude<BacklogState['status'], 'absent'>;
  requester: Requester;
  source: BacklogSource;
  tracking: number;
  /** Of the plan that people said yes to, or are asked about. */
  digest: string;
  atOnce: number;
  items: ItemView[];
  /** What failed or was canceled, where nothing goes on before people decide about it. */
  stuckOn: string[];
  /** Why it waits for people, and since when; null: it does not. */
  waits: Omit<BacklogWait, 'event'> | null;
  last: BacklogState['last'];
  /** The last event that is news, and its hash: what a later reader goes on from. */
  cursor: { seq: number; hash: string };
  createdAt: string;
  endedAt: string | null;
};

export function backlogView(id: string, { state, anchor }: Folded<BacklogState>): BacklogView {
  const { repository, requester, source, tracking, digest, plan } = createdOf(state);
  const waits = waitOf(state);
  return {
    id,
    repository,
    title: plan.title,
    status: state.status === 'absent' ? 'proposed' : state.status,
    requester,
    source,
    tracking,
    digest,
    atOnce: plan.atOnce,
    items: state.items.map(item => itemView(state, item)),
    stuckOn: stuckOn(state).map(({ id }) => id),
    waits: waits && { reason: waits.reason, since: waits.since },
    last: state.last,
    cursor: anchor,
    createdAt: state.createdAt.at,
    endedAt: state.endedAt,
  };
}

function itemView(state: BacklogState, item: ItemState): ItemView {
  const { end: _end, body: _body, isDone: _done, ...shown } = item;
  const waits = isOpen(state) && item.status === 'waiting';
  const missing = needsOf(state, item).filter(need => !isDone(need));
  return { ...shown, waitsFor: waits ? missing.map(({ id }) => id) : [] };
}
