/** An owner's repository `.github`: where what holds for all of its repositories stands. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { readDefaultBranch } from './branches.ts';

const NAME = '.github';
/** Everything asks for it, and it hardly ever changes. */
const BELIEVED_MS = 30_000;

type Shared = { repository: Repository; sha: string } | null;
const known = new WeakMap<Clients, Map<string, { until: number; shared: Promise<Shared> }>>();

export function readOrganization(clients: Clients, asking: Repository): Promise<Shared> {
  const { installation, owner } = asking;
  if (asking.name.toLowerCase() === NAME) return Promise.resolve(null);
  const ours = known.get(clients) ?? new Map();
  known.set(clients, ours);
  const key = `${installation}/${owner}`;
  const before = ours.get(key);
  if (before && before.until > Date.now()) return before.shared;
  const shared = look(clients, { id: 0, owner, name: NAME, installation });
  shared.catch(() => ours.delete(key));
  ours.set(key, { until: Date.now() + BELIEVED_MS, shared });
  return shared;
}

async function look(clients: Clients, sought: Repository): Promise<Shared> {
  try {
    const { owner, name: repo } = sought;
    const { data } = await clients(sought, 'fetch').rest.repos.get({ owner, repo });
    const repository = { ...sought, id: data.id };
    const { sha } = await readDefaultBranch(clients, repository);
    return { repository, sha };
  } catch (error) {
    // There is none, it is empty, or the App is not installed on it.
    const none = ['not_found', 'invalid'];
    if (error instanceof GitHubFailure && none.includes(error.class)) return null;
    throw error;
  }
}
