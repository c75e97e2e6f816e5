/**
 * A run as the log has it, part by part: a run that waited for a person has one more. Each part knows the
 * task as it was when its agent was started, and what it left.
 */
import type { Digest } from '../../core/decision.ts';
import type { Folded } from '../../core/fold.ts';
import { taskStream } from '../../core/stream.ts';
import { TaskEvent } from '../../core/task/events/events.ts';
import { type Run, runOf, type TaskState } from '../../core/task/state/state.ts';
import { verifyStream } from '../chain.ts';
import { asTask, fold, parseEvent, start } from '../streams.ts';
import { NotReplayable } from './not-replayable.ts';
import type { ReplayDependencies } from './replay-dependencies.ts';

export type RecordedPart = {
  number: number;
  folded: Folded<TaskState>;
  run: Run;
  /** By name. */
  left: ReadonlyMap<string, Digest>;
  /** `null`: it was cut off, and nothing was recorded of its end. */
  end: 'waits' | 'ended' | null;
};

/** Throws where the log does not verify, or there is no such run. */
export async function recordedParts(
  { log }: Pick<ReplayDependencies, 'log'>,
  task: string,
  id: string,
): Promise<RecordedPart[]> {
  const stream = taskStream(task);
  const verdict = await verifyStream(log.read(stream));
  if (!verdict.ok) throw new Error(`the log of task ${task} does not verify: ${verdict.problem}`);
  const parts: (RecordedPart & { left: Map<string, Digest> })[] = [];
  let folded = asTask(start('task'));
  for await (const stored of log.read(stream)) {
    folded = asTask(fold(folded, stored));
    const event = TaskEvent.parse(parseEvent(stored));
    if (!('run' in event.data) || event.data.run !== id) continue;
    const part = parts.at(-1);
    switch (event.type) {
      case 'run.started':
      case 'run.resumed': {
        // A step that Gatehouse does itself has nobody to go on.
        if (event.data.adapter === null) break;
        // It could not begin, and was taken up once more.
        if (part && part.end === null) parts.pop();
        const number = parts.length + 1;
        parts.push({ number, folded, run: runOf(folded.state, id), left: new Map(), end: null });
        break;
      }
      case 'artifact.stored':
        for (const { name, digest } of event.data.artifacts) part?.left.set(name, digest);
        break;
      case 'run.waiting_approval':
        if (part) part.end = 'waits';
        break;
      case 'run.produced':
        if (part) part.end = 'ended';
    }
  }
  const { runs } = folded.state;
  if (!runs.some(run => run.id === id))
    throw new Error(
      `task ${task} has no run "${id.slice(0, 100)}": \`gatehouse status ${task}\` lists them`,
    );
  const { state, executor } = runOf(folded.state, id);
  if (executor.kind === 'builtin')
    throw new NotReplayable(
      `${id} was done by Gatehouse itself: no agent and no command ran in it`,
    );
  if (parts.length === 0) throw new NotReplayable(`nothing ran in ${id}: it is ${state}`);
  return parts;
}
