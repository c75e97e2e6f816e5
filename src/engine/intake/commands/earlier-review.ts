/** The review of ours that stands on the present head of a pull request. */
import type { SingleReply } from '../../../core/reply.ts';
import { taskStream } from '../../../core/stream.ts';
import { TaskEvent } from '../../../core/task/events/events.ts';
import type { Call } from '../../../core/trigger.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import { asTask, parseEvent } from '../../streams.ts';

/** More reviews of one pull request than these are not looked through. */
const LOOKED_THROUGH = 20;

/** Null where none stands there. Whoever says what to look at asks for another review. */
export async function earlierReview(
  { tasks, log, github }: Pick<WorkerDependencies, 'tasks' | 'log' | 'github'>,
  {
    repository,
    issue,
    command,
  }: Pick<Call, 'repository' | 'issue'> & { command: { text: string } },
): Promise<SingleReply | null> {
  if (command.text !== '') return null;
  const rows = await tasks.list({ repositoryId: repository.id, issue, limit: LOOKED_THROUGH });
  const reviews = rows.filter(row => row.command === 'review' && !row.open);
  if (reviews.length === 0) return null;
  const { head } = await github.facts.pull(repository, issue);
  for (const { id } of reviews) {
    const { state } = asTask(await loadFolded(log, taskStream(id)));
    if (state.parent !== head.sha || state.status !== 'success') continue;
    for await (const stored of log.read(taskStream(id))) {
      const event = TaskEvent.parse(parseEvent(stored));
      if (event.type === 'run.reported')
        return { code: 'reviewed', head: head.sha, review: event.data.id };
    }
  }
  return null;
}
