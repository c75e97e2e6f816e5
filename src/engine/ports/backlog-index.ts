/** The backlogs, one row each, as those who look on may see them: a projection of their events. */
import type { BacklogView } from '../../core/backlog/view.ts';

/** Of several backlogs on one issue, one after the other, the row is the last one's. */
export type BacklogRow = {
  /** Of its stream. */
  id: string;
  repositoryId: number;
  /** owner/name, as it was called when the backlog began. */
  repository: string;
  title: string;
  status: BacklogView['status'];
  requester: string;
  tracking: number;
  items: number;
  done: number;
  stuckOn: string[];
  /** Why it waits for people (empty: it does not), and since when. ISO 8601. */
  reason: string;
  waitsSince: string | null;
  createdAt: string;
  endedAt: string | null;
};

/** A place in the list: that of the row that it names. */
export type BegunBacklog = { id: string; at: string };

export type BacklogIndex = {
  /** Those of these repositories, the latest first. `after`: the last of the page before. */
  list(
    repositories: readonly number[],
    page: { after: BegunBacklog | null; limit: number },
  ): Promise<BacklogRow[]>;
  /** Those of these repositories that wait for people, the longest first. */
  waiting(repositories: readonly number[], limit: number): Promise<BacklogRow[]>;
  /** How many wait for people in the whole deployment, and since when the first of them does. */
  countWaiting(): Promise<{ backlogs: number; since: string | null }>;
};
