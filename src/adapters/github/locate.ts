/**
 * Where a repository is now. It is known by its id: since its name was written down, it may have been
 * renamed or transferred, and another repository may have taken the name.
 */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Repository } from '../../core/actor.ts';
import { createBoundedCache } from '../../core/bounds/bounded-cache.ts';
import { GitHubFailure, NotInstalled } from '../../engine/ports/github.ts';
import type { Clients } from './client/client.ts';
import { attempt, orNull } from './client/failure.ts';
import { repositoryPath } from './client/repository-path.ts';
import type { Kept } from './facts/kept.ts';

/** `fresh`: asks GitHub even where it did a moment ago. */
export type Locate = (repository: Repository, fresh?: 'fresh') => Promise<Located>;
export type Located = Repository & {
  defaultBranch: string;
  archived: boolean;
  /** Its size with its history. GitHub looks every hour, so a new repository has 0. */
  kilobytes: number;
};

const Answer = z.looseObject({
  id: z.number().int(),
  size: z.number(),
  archived: z.boolean(),
  default_branch: z.string(),
  name: z.string(),
  owner: z.looseObject({ login: z.string() }),
});

export type Locator = {
  locate: Locate;
  /** Where it was when it was last looked for, however long ago that is; null: that is not known. */
  lastPlace: (repository: Repository) => Located | null;
};

/** A bound on memory: what is not known is looked for. */
const MOST_PLACES = 5_000;

/**
 * `app` asks as the App. Where a kept name is another repository's by now, GitHub itself refuses what our
 * token would write, as it is narrowed to the id, and what is read goes by the id.
 */
export function createLocate(clients: Clients, app: Octokit, kept: Kept): Locator {
  const places = createBoundedCache<string, Located>(MOST_PLACES);
  const keyOf = ({ id, installation }: Repository) => `${installation} ${id}`;
  const located = kept.about('repository', (repository, _key, fresh) => {
    const { id, owner, name } = repository;
    return attempt(`repository ${id}, which was ${owner}/${name}`, () =>
      look(clients, app, repository, fresh !== undefined),
    );
  });
  return {
    async locate(repository, fresh) {
      const now = await located(repository, 'place', fresh);
      places.set(keyOf(repository), now);
      return now;
    },
    lastPlace: repository => places.get(keyOf(repository)) ?? null,
  };
}

async function look(
  clients: Clients,
  app: Octokit,
  repository: Repository,
  fresh: boolean,
): Promise<Located> {
  const asked = fresh ? installationOf(app, repository) : null;
  // It is of no use where the repository can't be reached.
  asked?.catch(() => {});
  const found = await reached(clients, app, repository);
  if (asked === null) return found;
  const isNamed = found.owner === repository.owner && found.name === repository.name;
  // A token of before the transfer still reads what is public.
  const installation = isNamed ? await asked : await installationOf(app, found);
  if (installation === null)
    throw new NotInstalled(`The App is not installed on ${found.owner}/${found.name}.`, null);
  return { ...found, installation };
}

async function reached(clients: Clients, app: Octokit, repository: Repository): Promise<Located> {
  try {
    return await byId(clients, repository);
  } catch (error) {
    if (!mayBeElsewhere(error)) throw error;
    const installation = await installationOf(app, repository);
    // Its new owner may install the App.
    if (installation === null) throw new NotInstalled(error.message, error.status);
    if (installation === repository.installation) throw error;
    return byId(clients, { ...repository, installation });
  }
}

const mayBeElsewhere = (error: unknown): error is GitHubFailure =>
  error instanceof GitHubFailure && error.refused;

/** After a transfer another installation reaches it: the one of its new owner. */
async function installationOf(app: Octokit, repository: Repository): Promise<number | null> {
  const asked = app.rest.apps.getRepoInstallation(repositoryPath(repository));
  const found = await orNull(attempt('installation', () => asked));
  return found?.data.id ?? null;
}

/**
 * By its id, which GitHub's own redirects use. The token is narrowed to that id as well, so that a
 * repository that is not the installation's is told from one that is public.
 */
async function byId(clients: Clients, repository: Repository): Promise<Located> {
  const { data } = await clients(repository, 'fetch').request('GET /repositories/{repository_id}', {
    repository_id: repository.id,
  });
  const { id, name, owner, size, archived, default_branch } = Answer.parse(data);
  if (id !== repository.id)
    throw new GitHubFailure('not_found', `GitHub has another repository as ${id}.`, null);
  return {
    ...repository,
    owner: owner.login,
    name,
    defaultBranch: default_branch,
    archived,
    kilobytes: size,
  };
}

/**
 * Does something where the repository is, and once more where that turns out to be elsewhere by now.
 * `last`: where it was before, for what only reads: that begins there while GitHub is asked where it is now.
 */
export async function atPresentName<T>(
  locate: Locate,
  repository: Repository,
  use: (now: Located) => Promise<T>,
  last: Located | null = null,
): Promise<T> {
  const begun = last && use(last);
  // It is of no use where the repository is elsewhere by now.
  begun?.catch(() => {});
  const believed = await locate(repository);
  try {
    return await (begun && isSamePlace(last, believed) ? begun : use(believed));
  } catch (error) {
    const isCut = error instanceof GitHubFailure && error.class === 'transport';
    if (!isCut && !mayBeElsewhere(error)) throw error;
    const now = await locate(repository, 'fresh');
    const { owner, name, installation } = believed;
    if (now.owner === owner && now.name === name && now.installation === installation) throw error;
    return use(now);
  }
}

/** Its size changes all the time, and says nothing of where it is. */
const isSamePlace = (a: Located, b: Located): boolean =>
  a.installation === b.installation &&
  a.owner === b.owner &&
  a.name === b.name &&
  a.defaultBranch === b.defaultBranch &&
  a.archived === b.archived;
