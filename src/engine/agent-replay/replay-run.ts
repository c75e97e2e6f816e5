/**
 * A run is done once more, as it was recorded: the same agent on the same tree, in the sandbox, with the
 * recorded answers of its model and of policy, and without a network. It comes to the same patch, or the
 * first thing that differs is named. Nothing is written to the log, to the artifacts or to GitHub.
 */
import { runOf } from '../../core/task/state/state.ts';
import { NotReplayable } from './not-replayable.ts';
import { recordedParts } from './recorded-parts.ts';
import type { ReplayDependencies } from './replay-dependencies.ts';
import { type ReplayedPart, replayPart } from './replay-part.ts';

/** The parts that are the same, and the first that is not. Throws where it can't be replayed. */
export async function replayRun(
  deps: ReplayDependencies,
  task: string,
  id: string,
): Promise<ReplayedPart[]> {
  const recorded = await recordedParts(deps, task, id);
  const cut = recorded.find(({ end }) => end === null);
  if (cut)
    throw new NotReplayable(
      `${id} was cut off before it came to an end (it is ${runOf(cut.folded.state, id).state}): there is nothing to compare a replay with`,
    );
  const parts: ReplayedPart[] = [];
  for (const part of recorded) {
    const replayed = await replayPart(deps, task, part);
    parts.push(replayed);
    if (replayed.divergence) break;
  }
  return parts;
}
