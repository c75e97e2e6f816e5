/** The answer where no task works on an issue or pull request: whether one could be started there. */
import type { SingleReply } from '../../../core/reply.ts';
import type { AskedCommand } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { GitHubFailure } from '../../ports/github.ts';

export async function noTask(
  deps: Pick<Intake, 'github'>,
  call: Pick<AskedCommand, 'repository' | 'issue' | 'isPull' | 'command'>,
): Promise<SingleReply> {
  const over = await overOf(deps, call);
  const answer = { code: 'no_task', command: call.command.name } as const;
  return over === null ? answer : { ...answer, over };
}

/** Whether nothing can be started there, because of what it is; null where it is open or can't be read. */
export async function overOf(
  { github: { facts } }: Pick<Intake, 'github'>,
  { repository, issue, isPull }: Pick<AskedCommand, 'repository' | 'issue' | 'isPull'>,
): Promise<'closed' | 'merged' | null> {
  const asked = isPull ? facts.pull(repository, issue) : facts.issue(repository, issue);
  const thread = await asked.catch((error: unknown) => {
    // Whoever called is answered all the same.
    if (error instanceof GitHubFailure) return null;
    throw error;
  });
  if (thread === null || thread.state === 'open') return null;
  return 'merged' in thread && thread.merged ? 'merged' : 'closed';
}
