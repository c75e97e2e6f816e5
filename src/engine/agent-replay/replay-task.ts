/** Every run of a task that can be done once more is, and how faithful each was: what is the same, of how much. */
import { taskStream } from '../../core/stream.ts';
import { ArtifactExpired, ArtifactMissing } from '../ports/artifacts.ts';
import { asTask, fold, start } from '../streams.ts';
import { NotReplayable } from './not-replayable.ts';
import type { ReplayDependencies } from './replay-dependencies.ts';
import type { ReplayedPart } from './replay-part.ts';
import { replayRun } from './replay-run.ts';
import type { SameOf } from './tool-calls.ts';

/** Of the parts of a run that were begun: what comes after the first divergence is not compared. */
export type Fidelity = {
  identical: boolean;
  /** To the model, and to MCP servers. */
  requests: SameOf;
  tools: SameOf;
  /** `not reached`: something before it differed. */
  patch: 'identical' | 'different' | 'none' | 'not reached';
};

export type ReplayedRun = { run: string; fidelity: Fidelity; parts: ReplayedPart[] };

type ReplayedTask = {
  runs: ReplayedRun[];
  skipped: { run: string; because: string }[];
  total: {
    /** Of the runs that were replayed. */
    runs: SameOf;
    requests: SameOf;
    tools: SameOf;
    /** Of the runs that left one. */
    patches: SameOf;
  };
};

/** Throws where the log or a journal was changed: nothing is left to compare with then. */
export async function replayTask(deps: ReplayDependencies, task: string): Promise<ReplayedTask> {
  const runs: ReplayedRun[] = [];
  const skipped: ReplayedTask['skipped'] = [];
  for (const run of await runsOf(deps, task)) {
    const parts = await replayRun(deps, task, run).catch((error: unknown) => {
      if (!mayBeSkipped(error)) throw error;
      skipped.push({ run, because: error.message });
      return null;
    });
    if (parts === null) continue;
    runs.push({ run, fidelity: fidelityOf(parts), parts });
  }
  return { runs, skipped, total: totalOf(runs.map(({ fidelity }) => fidelity)) };
}

const mayBeSkipped = (error: unknown): error is Error =>
  error instanceof NotReplayable ||
  error instanceof ArtifactExpired ||
  error instanceof ArtifactMissing;

async function runsOf({ log }: Pick<ReplayDependencies, 'log'>, task: string): Promise<string[]> {
  let folded = start('task');
  for await (const stored of log.read(taskStream(task))) folded = fold(folded, stored);
  return asTask(folded).state.runs.map(({ id }) => id);
}

export function fidelityOf(parts: readonly ReplayedPart[]): Fidelity {
  const divergence = parts.find(part => part.divergence !== null)?.divergence ?? null;
  const patch = parts.some(part => part.patch !== null) ? 'identical' : 'none';
  return {
    identical: divergence === null,
    requests: sumOf(parts.map(({ answered, recorded }) => ({ same: answered, of: recorded }))),
    tools: sumOf(parts.map(({ tools }) => tools)),
    patch:
      divergence === null ? patch : divergence.of === 'the patch' ? 'different' : 'not reached',
  };
}

function totalOf(all: readonly Fidelity[]): ReplayedTask['total'] {
  const patched = all.filter(({ patch }) => patch !== 'none');
  return {
    runs: { same: all.filter(({ identical }) => identical).length, of: all.length },
    requests: sumOf(all.map(({ requests }) => requests)),
    tools: sumOf(all.map(({ tools }) => tools)),
    patches: {
      same: patched.filter(({ patch }) => patch === 'identical').length,
      of: patched.length,
    },
  };
}

const sumOf = (shares: readonly SameOf[]): SameOf => ({
  same: shares.reduce((sum, { same }) => sum + same, 0),
  of: shares.reduce((sum, { of }) => sum + of, 0),
});
