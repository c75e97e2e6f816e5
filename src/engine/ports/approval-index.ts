/** What people are or were asked to approve, one row for each request: a projection of the tasks' events. */
import type { Approval } from '../../core/task/state/state.ts';

export type ApprovalRow = {
  task: string;
  approval: string;
  repositoryId: number;
  /** Whether it waits for people: it was asked for, nothing has become of it, and its task is open. */
  waiting: boolean;
  status: Approval['status'];
  gate: Approval['gate'];
  action: string;
  resource: string;
  head: string | null;
  digest: string | null;
  /** The first reason why people are asked. */
  reason: string;
  approvers: string[];
  quorum: number;
  /** Logins of those whose approval counted. */
  by: string[];
  /** Ids of people: who put it aside, whose own work it is, and who has answered it. */
  aside: number[];
  own: number[];
  answered: number[];
  /** ISO 8601, from the events. */
  requestedAt: string;
  changedAt: string;
};

/** A request with what its task's row says of it. */
export type InboxRow = Omit<ApprovalRow, 'repositoryId' | 'own'> & {
  repository: string;
  title: string;
  command: string;
  requester: string;
  issue: number | null;
  pull: number | null;
};

/** `mine`: waits, and this person may answer it, has not, and has not put it aside. */
export const INBOX_LISTS = ['mine', 'waiting', 'aside', 'decided'] as const;
export type InboxList = (typeof INBOX_LISTS)[number];

/** A place in a list: that of the row that it names. */
type InboxPlace = Pick<ApprovalRow, 'changedAt' | 'task' | 'approval'>;

type InboxQuery = {
  /** `raises`: what waits to raise a cap. */
  list: InboxList | 'raises';
  /** Whose inbox it is, by the id; null: nobody's, and nothing is theirs. */
  person: number | null;
  /** Ids of the repositories that may be seen, and of those where the person may answer. */
  readable: number[];
  answerable: number[];
  /** Of those, where their approval of their own work counts. */
  ownCounts: number[];
  /** From after this place on. */
  after: InboxPlace | null;
  limit: number;
};

export type ApprovalIndex = {
  /** The repositories, of these, in which this person's own work waits for approval. */
  withOwnWork(person: number, repositories: number[]): Promise<{ id: number; name: string }[]>;
  /** What waits: longest first; what is decided: latest first. */
  list(query: InboxQuery): Promise<InboxRow[]>;
  /** How many are in each list of what waits. */
  count(query: Pick<InboxQuery, 'person' | 'readable' | 'answerable' | 'ownCounts'>): Promise<{
    mine: number;
    waiting: number;
    aside: number;
  }>;
};
