/** What happened in a repository, in the form of the deliveries that should have reported it. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { MissedEvents } from '../../../engine/ports/github-record.ts';
import type { Clients } from '../client/client.ts';
import { commands } from './commands.ts';
import type { EventOrigin } from './event-origin.ts';
import { labels } from './labels.ts';
import { missedOnPull } from './pulls.ts';
import type { ReadPart } from './read-part.ts';

export async function missedEvents(
  clients: Clients,
  repository: Repository,
  since: Date,
  pulls: number[],
): Promise<MissedEvents> {
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
  const found: MissedEvents = { events: [], skipped: [] };
  const readPart: ReadPart = async (what, read) => {
    try {
      found.events.push(...(await read()));
    } catch (error) {
      // What may pass by itself is tried again, with all the rest; one odd item stops nothing.
      if (error instanceof GitHubFailure && isPassing(error)) throw error;
      found.skipped.push({ what, problem: error instanceof Error ? error.message : String(error) });
    }
  };
  await readPart('the labels of issues', () => labels(origin, readPart));
  await readPart('comments', () => commands(origin, readPart));
  for (const pull of pulls)
    await readPart(`pull request #${pull}`, () =>
      missedOnPull(origin, { repository: id, pull, readPart }),
    );
  return found;
}

const isPassing = ({ class: kind }: GitHubFailure): boolean =>
  kind === 'rate_limit' || kind === 'server' || kind === 'transport';
