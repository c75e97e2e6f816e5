/** The tasks of a suite, with their repositories on this machine. */
import { isAbsolute, relative } from 'node:path';
import type { EvaluationTask } from '../../core/evaluation/suite.ts';
import { canonical, digestOf } from '../chain.ts';
import type { LocalRepositories, Revealed } from '../ports/local-repositories.ts';
import type { PlannedGrader } from './grade-work.ts';
import type { PlannedTask } from './run-trial.ts';

export type SuiteTask = Pick<EvaluationTask, 'command' | 'role' | 'title' | 'body'> & {
  name: string;
  /** A folder, absolute, or what `git clone` takes. */
  place: string;
  /** Null: the folder is no repository, and is taken as it is. */
  commit: string | null;
  graders: PlannedGrader[];
};

export async function planTasks(
  repositories: LocalRepositories,
  tasks: readonly SuiteTask[],
  signal: AbortSignal,
): Promise<PlannedTask[]> {
  const planned: PlannedTask[] = [];
  for (const { place, commit, ...task } of tasks) {
    const taken = await repositories.take(place, commit, signal).catch((error: Error) => {
      signal.throwIfAborted();
      throw new Error(`The repository of the task ${task.name} can't be taken: ${error.message}`);
    });
    const { repository, branch } = taken;
    for (const { folder, hidden: files } of task.graders) {
      const found = await repositories.findHidden(repository, {
        files,
        folder: folder === null ? null : within(place, folder),
      });
      if (found) throw new Error(revealed(task.name, found));
    }
    planned.push({ ...task, repository, branch, digest: digestOfTask(task, taken.commit) });
  }
  return planned;
}

/** The folder from the root of a place on this machine; null where it is not in it. */
function within(place: string, folder: string): string | null {
  if (!isAbsolute(place)) return null;
  const path = relative(place, folder);
  return path.startsWith('..') || isAbsolute(path) ? null : path;
}

const revealed = (task: string, { path, commit }: Revealed): string =>
  `Agents could read the hidden files of the task ${task}: the repository has ${path}${commit === null ? '' : ` in its history, in the commit ${commit}`}. ` +
  'Keep the suite with its hidden files outside of the repository, or name a `commit` from before they were in it.';

/** Where it came from does not matter, nor what the task and the folders of its graders are called. */
function digestOfTask(
  { name: _, graders, ...task }: Omit<SuiteTask, 'place' | 'commit'>,
  commit: string,
): string {
  const graded = graders.map(({ grader, hidden }) => ({
    grader: 'command' in grader ? { ...grader, hidden: undefined } : grader,
    hidden: hidden.map(({ path, content, executable }) => ({
      path,
      executable,
      content: digestOf(content),
    })),
  }));
  return digestOf(canonical({ ...task, commit, graders: graded }));
}
