/**
 * Repositories of this machine in the place of GitHub: what tasks read of one is answered, and all else is
 * refused. Nothing here can write anywhere, and no credential of GitHub is in the process.
 */
import { join } from 'node:path';
import type { Repository } from '../../core/actor.ts';
import { type GitHubFacts, GitHubFailure } from '../../engine/ports/github.ts';
import type { GitHubRecord } from '../../engine/ports/github-record.ts';
import type { GitHubWrites } from '../../engine/ports/github-writes.ts';
import type { LocalRepositories } from '../../engine/ports/local-repositories.ts';
import { findHidden } from './find-hidden.ts';
import { serveGit } from './serve.ts';
import { BRANCH, type FetchedRepository, sweepUnfinished, take } from './take.ts';

type Opened = {
  repositories: LocalRepositories;
  github: { facts: GitHubFacts; record: GitHubRecord; writes: GitHubWrites };
  close(): Promise<void>;
};

const OWNER = 'evaluation';

export async function openLocalRepositories(stateDir: string): Promise<Opened> {
  const folder = join(stateDir, 'repositories');
  await sweepUnfinished(folder, Date.now());
  const known = new Map<number, FetchedRepository>();
  const server = await serveGit(id => known.get(id)?.path);
  const of = ({ id }: Repository): FetchedRepository => {
    const taken = known.get(id);
    if (taken) return taken;
    throw new GitHubFailure('not_found', `The repository ${id} is not part of this.`, 404);
  };
  const facts: Partial<GitHubFacts> = {
    defaultBranch: async repository => {
      const { commit: sha, name } = of(repository);
      return { ref: BRANCH, sha, archived: false, owner: OWNER, name };
    },
    branch: async (repository, ref) => (ref === BRANCH ? of(repository).commit : null),
    branches: async () => [BRANCH],
    tag: async () => null,
    organization: async () => null,
    role: async () => 'none',
    remote: async ({ id }) => ({ url: server.url(id), token: async () => server.token }),
  };
  return {
    repositories: {
      async take(place, commit, signal) {
        const taken = await take(folder, { place, commit, signal });
        known.set(taken.id, taken);
        const repository = { id: taken.id, owner: OWNER, name: taken.name, installation: 0 };
        return { repository, branch: BRANCH, commit: taken.commit };
      },
      findHidden: async (repository, hidden) => findHidden(of(repository), hidden),
    },
    github: {
      facts: answering<GitHubFacts>(facts),
      record: answering<GitHubRecord>({}),
      writes: answering<GitHubWrites>({}),
    },
    close: server.close,
  };
}

/** What is not answered is refused, whatever it is: a question or a write that comes later as well. */
function answering<T extends object>(known: Partial<T>): T {
  return new Proxy(known, {
    get: (target, name) => Reflect.get(target, name) ?? (() => refuse(String(name))),
  }) as T;
}

async function refuse(what: string): Promise<never> {
  throw new GitHubFailure('forbidden', `There is no GitHub here, so nothing does: ${what}.`, 403);
}
