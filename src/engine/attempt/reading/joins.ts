/** What a step stands on, as it is put together: the works and their contents. */
import type { TaskState } from '../../../core/task/state/state.ts';
import { stepStateOf, worksWithin } from '../../../core/task/work/step-state.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import type { JoinWorks } from '../../ports/workspace.ts';

export async function joinsOf(
  artifacts: Pick<Artifacts, 'get'>,
  state: TaskState,
  step: string,
): Promise<JoinWorks> {
  const { works: join } = stepStateOf(state, step);
  const works = worksWithin(state, join).map(async ({ run, work, contains }) => ({
    name: run,
    tree: work.tree,
    pack: await artifacts.get(work.pack),
    contains,
  }));
  return { works: await Promise.all(works), join };
}
