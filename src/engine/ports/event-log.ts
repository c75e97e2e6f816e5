/** The event log: the truth and the outbox. */
import type { Effect } from '../../core/effect.ts';
import type { StoredEvent } from '../../core/event.ts';
import { type StreamRef, streamName } from '../../core/stream.ts';
import type { WaitsOn } from '../../core/view.ts';
import type { ApprovalRow } from './approval-index.ts';
import type { BacklogRow } from './backlog-index.ts';
import type { DecisionRow } from './decision-index.ts';
import type { QuestionRow } from './question-index.ts';
import type { RunRow } from './run-records.ts';

/**
 * Which version the projections are of: a stream's rows in the tables that lists are read from. It grows when
 * they get another form, or rows that the events of before lack. The rows of all streams are then written anew
 * after the upgrade (`rebuildStale`), without a migration. A state's own version is `STATE_VERSION`.
 */
export const PROJECTIONS_VERSION = 4;

/** What is known of a stream without reading its events: kept in the same transaction as they. */
export type StreamHead = {
  stream: StreamRef;
  /** Number of events; 0 where the stream does not exist. */
  version: number;
  /** Hash of the last event; `GENESIS` of `engine/chain.ts` where there is none. */
  hash: string;
  /**
   * The folded state as JSON (`core/fold.ts`), `null` where there is none. It says itself which event
   * it stands after: of a long state that may be an earlier one than the last.
   */
  folded: unknown;
};

/** The row of the task index: a projection of a task's state, for look-ups and `status`. */
export type TaskRow = {
  id: string;
  repositoryId: number;
  repository: string;
  issue: number | null;
  pull: number | null;
  /** The commit that its pull request's head is; null where it has none, or where an earlier version wrote the row. */
  head: string | null;
  /** The branch we push to, without `refs/heads/`. */
  branch: string;
  command: string;
  title: string;
  status: string;
  requester: string;
  /** Which kind of origin it comes from, and what exactly. */
  origin: string;
  originKey: string;
  /** Whose turn it is, since when (ISO 8601), and why or what it does. */
  waitsOn: WaitsOn;
  waitsSince: string;
  reason: string;
  /** True until the task has ended: at most one open task per (repository, origin key). */
  open: boolean;
  /** ISO 8601, from the events. */
  createdAt: string;
  updatedAt: string;
};

export type Append = {
  stream: StreamRef;
  /** The version the decision was taken on. */
  expected: number;
  events: StoredEvent[];
  /** Never changed by anybody from here on: it may be kept as it is. */
  folded: unknown;
  /** The effects that are open after these events: the stream's part of the outbox. */
  open: Effect[];
  task: TaskRow | null;
  /** The records of the agents' runs that ended with these events. */
  runs: RunRow[];
  /** The requests for approval that these events may have changed; absent: none. */
  approvals?: ApprovalRow[];
  /** What the task asks people now; null: nothing; absent: what it asked before. */
  question?: QuestionRow | null;
  /** What policy decided with these events; absent: nothing. */
  decisions?: DecisionRow[];
  /** Absent: the stream is no backlog. */
  backlog?: BacklogRow | null;
  /** Written only if this lease still stands with this epoch (checked in the same transaction). */
  fence: Fence | null;
};

export type Fence = {
  lease: string;
  epoch: number;
  /** The lease is given back with the append, which has what came of the work. */
  release?: boolean;
};

/**
 * `conflict`: someone appended first; load again and decide again. `fenced`: the epoch is over, do
 * nothing more. `taken`: another open task comes from the same origin (its id in `by`).
 */
export type AppendResult =
  | { outcome: 'appended' }
  | { outcome: 'conflict' }
  | { outcome: 'fenced' }
  | { outcome: 'taken'; by: string };

/** What stands where an event stood is none: no version of ours wrote it so. */
export class UnreadableEvent extends Error {
  readonly seq: number;
  readonly problem: string;
  constructor(stream: StreamRef, seq: number) {
    const problem = `event ${seq} is not what was written: its text is none of ours`;
    super(`${streamName(stream)}: ${problem}. The database was changed: see gatehouse verify`);
    this.seq = seq;
    this.problem = problem;
  }
}

export type EventLog = {
  /**
   * The folded state that this process appended last, at no cost; `null` where it is not known any
   * more. Others may have appended since: good enough to decide on, as the append finds out.
   */
  recall(stream: StreamRef): unknown;
  load(stream: StreamRef): Promise<StreamHead>;
  append(append: Append): Promise<AppendResult>;
  /**
   * Events in order, from `after` (exclusive). Reads in pages; a stream of any length is fine. Throws
   * `UnreadableEvent` where it comes to one.
   */
  read(stream: StreamRef, after?: number): AsyncIterable<StoredEvent>;
  /** Every stream, or those of one kind, ordered by kind and id. */
  streams(kind?: StreamRef['kind']): AsyncIterable<StreamRef>;
  /** The heads of the streams to which events were appended since then, by the database's clock. */
  grownSince(since: Date): AsyncIterable<Omit<StreamHead, 'folded'>>;
  /**
   * Throws away every projection of one stream (its head, outbox, rows) and writes it anew, in
   * one transaction. `conflict`: the projection was made from `expected` events and there are more
   * (or fewer) by now; fold again. Without that check an effect opened meanwhile would be lost.
   */
  rebuild(projection: Omit<Append, 'events' | 'fence'>): Promise<'rebuilt' | 'conflict'>;
  /**
   * Names the table whose rows of this stream say something else than these, which `rebuild` would write; null:
   * none, or they are of an earlier version or of other events than `expected`.
   */
  difference(
    projection: Pick<Append, 'stream' | 'expected' | 'task' | 'approvals' | 'decisions'>,
  ): Promise<string | null>;
  /**
   * Streams whose projections an earlier version made, or appended to: open tasks first. Reads in pages, each of
   * which costs the same however many there are.
   */
  stale(): AsyncIterable<StreamRef>;
  /** Its projections stay as they are, because nothing can be made of its events. */
  leaveStale(stream: StreamRef): Promise<void>;
};

/**
 * An open effect and its stream, which the dispatcher and the sweep add to the queue. The rest of the
 * effect is read from the folded state, because another version of Gatehouse may have written the row.
 */
export type OpenEffect = {
  stream: StreamRef;
  /** Since when the stream has had something open. */
  openSince: Date;
  effect: Pick<Effect, 'key' | 'since' | 'notBefore'>;
};

export type Outbox = {
  /** One open effect, or `null` where it is settled. */
  find(stream: StreamRef, key: string): Promise<OpenEffect['effect'] | null>;
  /**
   * Effects that are due by the database's clock and held by nobody, all of each of at most `limit` streams:
   * the oldest of a stream first, and first those of the stream that has had something open for longest;
   * where `after` is given, of those behind its stream.
   */
  due(limit: number, after?: OpenEffect | null): Promise<OpenEffect[]>;
  /** Streams with an effect that waits until people let us work in a repository again. */
  shutOut(limit: number): Promise<StreamRef[]>;
  /**
   * How much is due and held by nobody, and for how long the oldest of it; and how many streams have
   * nothing that is due before later. Of each at most `limit` are counted.
   */
  waiting(limit: number): Promise<{ due: number; oldestMs: number; delayed: number }>;
};

export type TaskQuery = {
  repositoryId?: number;
  /** By its name, `owner/name`, in whatever case. */
  repository?: string;
  issue?: number;
  pull?: number;
  /** The head of its pull request; null: a pull request whose head its row does not have yet. */
  head?: string | null;
  branch?: string;
  origin?: string;
  originKey?: string;
  requester?: string;
  open?: boolean;
  limit?: number;
};

export type TaskIndex = {
  find(id: string): Promise<TaskRow | null>;
  /** Newest first; 50 unless `limit` says otherwise. */
  list(query: TaskQuery): Promise<TaskRow[]>;
  /** How many have not ended. */
  countOpen(): Promise<number>;
  /** Those that have not ended, newest first, with the number of their events. */
  openVersions(limit: number): Promise<{ id: string; version: number }[]>;
  /** The ids of those that were created before then and are open, or changed since. */
  livedAt(time: Date): Promise<string[]>;
};
