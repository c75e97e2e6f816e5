/** What of old content a task may still need, because the task is not as old. */
import type { Digest } from '../../core/decision.ts';
import { RunRecording } from '../../core/recording.ts';
import type { Dependencies } from '../dependencies.ts';
import {
  ArtifactChanged,
  ArtifactExpired,
  ArtifactMissing,
  type ArtifactName,
  type ExpiringRetention,
  retentionOf,
} from '../ports/artifacts.ts';
import { leftFiles } from '../queries/left-files.ts';

type Needs = Pick<Dependencies, 'log' | 'artifacts' | 'tasks'>;

/**
 * Content that nobody put since `before` can belong only to tasks that had begun by then: of those that
 * ended later, or have not ended, whatever the log and the index name is needed.
 */
export async function neededAfter(
  deps: Needs,
  retention: ExpiringRetention,
  before: Date,
): Promise<Set<Digest>> {
  const needed = new Set<Digest>();
  for (const task of await deps.tasks.livedAt(before))
    for (const { name, digest } of await leftFiles(deps, task)) {
      if (retentionOf(name as ArtifactName) !== retention) continue;
      needed.add(digest);
      if (name === 'recording.json')
        for (const body of await bodiesOf(deps, digest)) needed.add(body);
    }
  return needed;
}

/** A recording that can't be read names nothing, and holds up no other task's. */
async function bodiesOf({ artifacts }: Needs, digest: Digest): Promise<Digest[]> {
  const content = await artifacts.get(digest).catch(error => {
    if (isUnreadable(error)) return null;
    throw error;
  });
  if (content === null) return [];
  const { exchanges, answers } = RunRecording.parse(JSON.parse(content.toString('utf8')));
  return [
    ...exchanges.flatMap(({ request, response }) =>
      request === null ? [response] : [request, response],
    ),
    ...answers.map(({ request }) => request),
  ];
}

const isUnreadable = (error: unknown): boolean =>
  [ArtifactChanged, ArtifactExpired, ArtifactMissing].some(kind => error instanceof kind);
