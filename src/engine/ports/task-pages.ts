/** Tasks page by page, as those who look on may see them: of their repositories, and of no others. */
import type { WaitsOn } from '../../core/view.ts';
import type { TaskRow } from './event-log.ts';

/** By when it was created, last changed, or, longest first, by how long it has been somebody's turn. */
export type TaskSort = 'created' | 'updated' | 'waiting';

export type TaskFilter = {
  repository?: string;
  waitsOn?: WaitsOn;
  status?: string;
  command?: string;
  requester?: string;
  origin?: string;
  issue?: number;
  pull?: number;
  /** Of the issue or the pull request. */
  number?: number;
  open?: boolean;
  /** It is not a person's turn, and nothing has moved for longer than work in its repository takes. */
  stuck?: boolean;
  /** Is in the title, whatever the case. */
  text?: string;
};

export type TaskPageQuery = {
  /** The repositories that whoever asks may see. */
  repositoryIds: readonly number[];
  filter: TaskFilter;
  sort: TaskSort;
  /** The last row of the page before: by what it was sorted (ISO 8601), and its id. */
  after: { at: string; id: string } | null;
  limit: number;
};

export type TaskPages = {
  page(query: TaskPageQuery): Promise<TaskRow[]>;
  /** `null`: there is no such task in these repositories. */
  find(id: string, repositoryIds: readonly number[]): Promise<TaskRow | null>;
  /** The latest task of each of these repositories that has had one. */
  latestOf(repositoryIds: readonly number[]): Promise<TaskRow[]>;
  /**
   * The repositories that have tasks and these names (owner/name, in whatever case), by the latest of their
   * tasks; each name in lower case.
   */
  repositoriesNamed(names: readonly string[]): Promise<{ name: string; id: number }[]>;
  /** The ids of all repositories that have tasks. */
  repositories(): Promise<number[]>;
};
