/** The repositories that there is work of, as those who look on may see them. */

export type RepositoryRow = {
  id: number;
  /** owner/name, as its latest task has it. */
  name: string;
  tasks: number;
  open: number;
  /** Of the open ones, those that wait for a person. */
  waiting: number;
  /** Ended in failure since the given time. */
  failed: number;
  /** When something last changed. ISO 8601. */
  changedAt: string;
  latestTask: string;
};

export type RepositoryIndex = {
  /** Of these repositories those that have tasks: what changed last first. */
  list(repositories: readonly number[], failedSince: Date): Promise<RepositoryRow[]>;
};
