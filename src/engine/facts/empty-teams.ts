/** The teams that a request wants a member of, and that have none whom the App sees: a misspelt name waits for ever. */
import type { Repository } from '../../core/actor.ts';
import { PolicyDecision } from '../../core/decision.ts';
import type { StreamRef } from '../../core/stream.ts';
import type { Approval } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';

type Needs = {
  log: Pick<Dependencies['log'], 'read'>;
  github: { facts: Pick<Dependencies['github']['facts'], 'team'> };
};

export async function emptyTeams(
  { log, github }: Needs,
  stream: StreamRef,
  { repository, asked }: { repository: Repository; asked: Pick<Approval, 'action' | 'run'> },
): Promise<string[]> {
  let named: string[] = [];
  for await (const { type, data } of log.read(stream)) {
    if (type !== 'policy.decided') continue;
    const { run, decision } = data as { run: string | null; decision: unknown };
    const { data: read } = PolicyDecision.safeParse(decision);
    if (read?.action === asked.action && run === asked.run) named = read.teams ?? [];
  }
  const empty = named.map(async slug => {
    const members = await github.facts.team(repository, slug).catch(error => {
      // Who is in it is only needed for this hint: where GitHub does not say, nothing is said.
      if (error instanceof GitHubFailure && error.lasting) return null;
      throw error;
    });
    return members?.length === 0 ? [slug] : [];
  });
  return (await Promise.all(empty)).flat();
}
