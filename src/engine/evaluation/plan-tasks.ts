/** The tasks of a suite, with their repositories on this machine. */
import type { EvaluationTask } from '../../core/evaluation/suite.ts';
import { canonical, digestOf } from '../chain.ts';
import type { LocalRepositories } from '../ports/local-repositories.ts';
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
    planned.push({ ...task, repository, branch, digest: digestOfTask(task, taken.commit) });
  }
  return planned;
}

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
