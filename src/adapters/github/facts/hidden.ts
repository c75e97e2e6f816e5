/** Which comments are hidden on GitHub, such as spam: people are not shown them, so agents are not. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';

const QUERY = `query ($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on Minimizable { isMinimized } }
}`;
/** GitHub finds as many by one query. */
const MOST = 100;

const Answer = z.object({
  nodes: z.array(z.object({ id: z.string(), isMinimized: z.boolean().optional() }).nullable()),
});

/** Those of the comments and reviews that are hidden; `ids` and what is returned are GitHub's node ids. */
export async function hiddenAmong(
  clients: Clients,
  repository: Repository,
  ids: readonly string[],
): Promise<Set<string>> {
  const hidden = new Set<string>();
  for (let from = 0; from < ids.length; from += MOST) {
    const asked = clients(repository, 'facts').graphqlInPart(QUERY, {
      ids: ids.slice(from, from + MOST),
    });
    const answer = await asked.catch((error: unknown) => {
      // An older server may not know the question. Of one that is gone meanwhile only its part is missing.
      if (error instanceof GitHubFailure && error.lasting) return { nodes: [] };
      throw error;
    });
    for (const node of Answer.parse(answer).nodes) if (node?.isMinimized) hidden.add(node.id);
  }
  return hidden;
}
