/** Before there is a pull request, a base that was renamed is followed: afterwards GitHub does that itself. */
import { GATEHOUSE } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import { baseOf, createdOf } from '../../core/task/state/state.ts';
import { asTask } from '../streams.ts';
import type { TaskContext } from '../task-context.ts';

type Followed = Pick<TaskContext, 'folded'>['folded'];

export async function followBase(
  { deps, task, folded }: Pick<TaskContext, 'deps' | 'task' | 'folded'>,
  defaultBranch: string,
): Promise<Followed> {
  const { state } = folded;
  if (state.pull !== null) return folded;
  const { facts } = deps.github;
  const { repository } = createdOf(state);
  const base = baseOf(state);
  if (base === defaultBranch || (await facts.branch(repository, base)) !== null) return folded;
  const to = await facts.renamedBranch(repository, base);
  if (to === null || to === base) return folded;
  const handled = await deps.handle({
    stream: taskStream(task),
    command: { type: 'base_moved', to, reviews: [] },
    actor: GATEHOUSE,
  });
  // Another worker may have followed it first, and then the next question sees that.
  return handled.ok ? asTask(handled.folded) : folded;
}
