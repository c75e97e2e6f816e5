/** What happened in a repository, in the form of the deliveries that should have reported it. */
import type { Repository } from '../../../core/actor.ts';
import type { MissedEvent } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { commands } from './commands.ts';
import type { EventOrigin } from './event-origin.ts';
import { labels } from './labels.ts';
import { missedOnPull } from './pulls.ts';

export async function missedEvents(
  clients: Clients,
  repository: Repository,
  since: Date,
  pulls: number[],
): Promise<MissedEvent[]> {
  const { id, owner, name, installation } = repository;
  const origin: EventOrigin = {
    octokit: clients(repository, 'facts'),
    where: { owner, repo: name },
    envelope: {
      repository: { id, name, owner: { login: owner } },
      installation: { id: installation },
    },
    since,
  };
  const found = [...(await labels(origin)), ...(await commands(origin))];
  for (const pull of pulls) found.push(...(await missedOnPull(origin, id, pull)));
  return found;
}
