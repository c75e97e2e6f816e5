/** The answer where no task works on an issue or pull request: whether one could be started there. */
import type { SingleReply } from '../../core/reply.ts';
import type { AskedCommand } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';

export async function noTask(
  { github: { facts } }: Pick<Intake, 'github'>,
  {
    repository,
    issue,
    isPull,
    command,
  }: Pick<AskedCommand, 'repository' | 'issue' | 'isPull' | 'command'>,
): Promise<SingleReply> {
  const asked = isPull ? facts.pull(repository, issue) : facts.issue(repository, issue);
  const thread = await asked.catch((error: unknown) => {
    // Whoever called is answered all the same.
    if (error instanceof GitHubFailure) return null;
    throw error;
  });
  const answer = { code: 'no_task', command: command.name } as const;
  if (thread === null || thread.state === 'open') return answer;
  return { ...answer, over: 'merged' in thread && thread.merged ? 'merged' : 'closed' };
}
