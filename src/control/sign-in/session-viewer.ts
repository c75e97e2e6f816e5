/** Who a browser's session stands for, as the API's queries are cut by. */
import { createAnswerCache } from '../../core/bounds/bounded-cache.ts';
import type { FindSignedIn, SignedIn } from '../../engine/access/signed-in.ts';
import type { TaskPages } from '../../engine/ports/task-pages.ts';
import type { Viewer } from '../viewer.ts';
import type { SessionViewer } from '../who-asks.ts';
import { cookieOf, SESSION_COOKIE } from './cookies.ts';

/** A repository is in an operator's lists this long after its first task, at the latest. Milliseconds. */
const REPOSITORIES_MS = 5_000;

export function createSessionViewer(parts: {
  find: FindSignedIn;
  taskPages: Pick<TaskPages, 'repositories'>;
}): SessionViewer {
  const { find, taskPages } = parts;
  const all = createAnswerCache<'all', number[]>(1, { ms: REPOSITORIES_MS, now: Date.now });
  const reached = async ({ repositories }: SignedIn): Promise<Viewer['repositories']> => {
    if (repositories !== 'all') return new Map(repositories.map(({ id, role }) => [id, role]));
    const ids = await all.get('all', () => taskPages.repositories());
    return new Map(ids.map(id => [id, 'read']));
  };
  return async request => {
    const secret = cookieOf(request, SESSION_COOKIE);
    const signedIn = secret === null ? null : await find(secret);
    if (signedIn === null) return null;
    const { owner } = signedIn.session;
    return { who: owner, repositories: await reached(signedIn), roles: signedIn.roles };
  };
}
