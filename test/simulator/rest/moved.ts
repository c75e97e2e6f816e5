import type { GitHub } from '../github.ts';
import { api } from '../present/links.ts';
import { movedRepository } from '../world/moves.ts';
import { fullName } from '../world/repositories.ts';
import type { Reply } from './call.ts';

/** A repository may be addressed by its id as well, which GitHub's own redirects do. */
export function byName(github: GitHub, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : github.world.repositories.get(Number(id));
  return repository ? `/repos/${fullName(github, repository)}${rest}` : path;
}

/** The answer to a request that names a repository as it was called before. */
export function redirect(github: GitHub, path: string, search: string): Reply | undefined {
  const [, owner = '', name = '', rest = ''] =
    /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const moved = movedRepository(github, decodeURIComponent(owner), decodeURIComponent(name));
  if (!moved) return undefined;
  const url = `${api(github, `/repositories/${moved.id}${rest}`)}${search}`;
  return {
    status: 301,
    headers: { location: url },
    body: { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' },
  };
}
