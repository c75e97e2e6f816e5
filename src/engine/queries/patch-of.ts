/** The patch of a task: the one of a run, or of the last work that was accepted. */
import type { Digest } from '../../core/decision.ts';
import type { TaskState } from '../../core/task/state/state.ts';
import type { Artifacts } from '../ports/artifacts.ts';

/** `run: null`: of the last accepted work. `null`: there is none, or it changed nothing. */
export async function patchOf(
  artifacts: Pick<Artifacts, 'list'>,
  task: string,
  of: { state: TaskState; run: string | null },
): Promise<{ run: string; digest: Digest } | null> {
  const run = of.run ?? lastWorker(of.state);
  if (run === null) return null;
  const left = await artifacts.list(task);
  const file = left.find(each => each.run === run && each.name === 'patch.diff');
  return file ? { run, digest: file.digest } : null;
}

const lastWorker = (state: TaskState): string | null =>
  state.runs.findLast(({ produced, state: end }) => produced?.work && end === 'success')?.id ??
  null;
