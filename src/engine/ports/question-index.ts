/** What open tasks ask people, one row for each task that waits for that: a projection of their events. */

export type QuestionRow = {
  task: string;
  repositoryId: number;
  /** Its beginning. */
  question: string;
  /** The step that failed, and the role of the agent that should do it; null: none does it. */
  step: string;
  role: string | null;
  /** ISO 8601, from the events. */
  askedAt: string;
};

/** A question with what its task's row says of it. */
export type AskingTask = QuestionRow & {
  repository: string;
  title: string;
  command: string;
  requester: string;
  issue: number | null;
  pull: number | null;
};

export type QuestionIndex = {
  /** Those of these repositories, the longest first. */
  waiting(repositories: readonly number[], limit: number): Promise<AskingTask[]>;
  /** How many there are in these repositories, and in those of them where an answer may be given. */
  count(
    readable: readonly number[],
    answerable: readonly number[],
  ): Promise<{ waiting: number; mine: number }>;
};
