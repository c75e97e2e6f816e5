/**
 * The files that the runs of a task left. The log says which there are: it names each by digest. What
 * no event names, because its run was canceled or lost, is found by the index of artifacts alone.
 */
import type { Digest } from '../../core/decision.ts';
import { taskStream } from '../../core/stream.ts';
import { TaskEvent } from '../../core/task/events/events.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { EventLog } from '../ports/event-log.ts';
import { parseEvent } from '../streams.ts';
import { partName } from './run-lines.ts';

/** `run`: as the index names it: each part of a run that ended with a wait has a name of its own. */
export type FoundFile = { run: string; name: string; digest: Digest; inLog: boolean };

/** `expired`: when its content was removed at the end of its time; `null`: it is here. */
export type DatedFile = FoundFile & { expired: string | null };

/** The same files, each with the time at which it expired. */
export const datedFiles = (
  { artifacts }: { artifacts: Pick<Artifacts, 'expired'> },
  files: readonly FoundFile[],
): Promise<DatedFile[]> =>
  Promise.all(
    files.map(async file => ({
      ...file,
      expired: (await artifacts.expired(file.digest))?.toISOString() ?? null,
    })),
  );

export async function leftFiles(
  { log, artifacts }: { log: Pick<EventLog, 'read'>; artifacts: Pick<Artifacts, 'list'> },
  task: string,
): Promise<FoundFile[]> {
  const stored = new Map<string, Stored[]>();
  const parts = new Map<string, number>();
  for await (const event of log.read(taskStream(task))) {
    const { type, data } = TaskEvent.parse(parseEvent(event));
    if (type === 'artifact.stored')
      stored.set(data.run, [...(stored.get(data.run) ?? []), data.artifacts]);
    if (type === 'run.waiting_approval' && data.checkpoint)
      parts.set(data.run, (parts.get(data.run) ?? 0) + 1);
  }
  const logged = [...stored].flatMap(([run, each]) =>
    each.flatMap((files, index) => {
      const name = index < (parts.get(run) ?? 0) ? partName(run, index) : run;
      return files.map(file => ({ run: name, name: file.name, digest: file.digest, inLog: true }));
    }),
  );
  const others = (await artifacts.list(task)).map(file => ({ ...file, inLog: false }));
  // Of one name the last that the log tells of stands; the index can't say otherwise.
  const byPath = new Map([...others, ...logged].map(file => [`${file.run}/${file.name}`, file]));
  return [...byPath.values()];
}

type Stored = { name: string; digest: Digest }[];
