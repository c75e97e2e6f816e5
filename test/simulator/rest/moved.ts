import type { GitHub } from '../github.ts';
import { api } from '../present/links.ts';
import { movedRepository } from '../world/moves.ts';
import { findRepository, fullName } from '../world/repositories.ts';
import type { Reply } from './call.ts';

/** A repository may be addressed by its id as well, which GitHub's own redirects do. */
export function byName(github: GitHub, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : github.world.repositories.get(Number(id));
  return repository ? `/repos/${fullName(github, repository)}${rest}` : path;
}

/** The answer to a request that names a repository, or an issue, as it was called before. */
export function redirect(github: GitHub, path: string, search: string): Reply | undefined {
  // What `byName` found no repository for was deleted.
  if (/^\/repositories\/\d+(?:\/|$)/.test(path)) return NOT_FOUND;
  const [, owner = '', name = '', rest = ''] =
    /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const [login, repo] = [decodeURIComponent(owner), decodeURIComponent(name)];
  const moved = movedRepository(github, login, repo);
  if (moved) return to(github, `/repositories/${moved.id}${rest}${search}`);
  const [, number, below = ''] = /^\/issues\/(\d+)(\/.*)?$/.exec(rest) ?? [];
  const left = findRepository(github, login, repo)?.goneIssues.get(Number(number));
  return left
    ? to(github, `/repositories/${left.repository}/issues/${left.number}${below}${search}`)
    : undefined;
}

const NOT_FOUND: Reply = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
};

function to(github: GitHub, place: string): Reply {
  const url = api(github, place);
  return {
    status: 301,
    headers: { location: url },
    body: { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' },
  };
}
