/** What happened in a repository, as deliveries would have told it. */
import type { Repository } from '../../../core/actor.ts';
import type { Happening } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { commands } from './commands.ts';
import { labels } from './labels.ts';
import type { Place } from './place.ts';
import { pullHappenings } from './pulls.ts';

export async function happenings(
  clients: Clients,
  repository: Repository,
  since: Date,
  pulls: number[],
): Promise<Happening[]> {
  const { id, owner, name, installation } = repository;
  const place: Place = {
    octokit: clients(repository, 'facts'),
    where: { owner, repo: name },
    envelope: {
      repository: { id, name, owner: { login: owner } },
      installation: { id: installation },
    },
    since,
  };
  const found = [...(await labels(place)), ...(await commands(place))];
  for (const pull of pulls) found.push(...(await pullHappenings(place, id, pull)));
  return found;
}
