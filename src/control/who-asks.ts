/** Finds out who asks: a machine token in the request, or the session of a person. */
import type { IncomingMessage } from 'node:http';
import type { MachineToken } from '../engine/ports/machine-tokens.ts';
import type { TaskPages } from '../engine/ports/task-pages.ts';
import { type Authenticate, tooMany } from './authenticate.ts';
import { createMinuteLimit } from './minute-limit.ts';
import type { HttpProblem } from './problem.ts';
import { type Viewer, viewerName } from './viewer.ts';

/** `token`: the one that called; null where a person's session did. */
type Asker =
  | { ok: true; viewer: Viewer; token: MachineToken | null }
  | { ok: false; problem: HttpProblem };

/** Of one person, in each process: an open page asks again whenever what it shows has grown. */
const MOST_PER_MINUTE = 3_000;

export type WhoAsks = (request: IncomingMessage) => Promise<Asker>;

/** By its method it changes nothing. */
export const isSafe = (method: string | undefined): boolean =>
  method === 'GET' || method === 'HEAD';

/** The person of the session that the request's cookie names; `null`: it names none that is good. */
export type SessionViewer = (request: Pick<IncomingMessage, 'headers'>) => Promise<Viewer | null>;

export function createWhoAsks(parts: {
  /** The token of what only reads, and of what changes something. */
  tokens: { reads: Authenticate; calls: Authenticate };
  session: SessionViewer;
  taskPages: Pick<TaskPages, 'repositoriesNamed'>;
}): WhoAsks {
  const { tokens, session, taskPages } = parts;
  const ofPerson = createMinuteLimit(MOST_PER_MINUTE);
  return async request => {
    if (request.headers.authorization === undefined) {
      const viewer = await session(request);
      if (viewer !== null) {
        const wait = ofPerson(viewerName(viewer), performance.now());
        if (wait > 0) return { ok: false, problem: tooMany('person', wait) };
        return { ok: true, viewer, token: null };
      }
    }
    const known = await (isSafe(request.method) ? tokens.reads : tokens.calls)(request);
    if (!known.ok) return known;
    const { token } = known;
    return { ok: true, viewer: await viewerOf(token, taskPages), token };
  };
}

/** A token that reads sees its repositories, by their names; one that does not sees none. */
async function viewerOf(
  { id, project, reads, repositories }: MachineToken,
  taskPages: Pick<TaskPages, 'repositoriesNamed'>,
): Promise<Viewer> {
  const names = reads ? repositories.map(({ name }) => name) : [];
  const named = names.length === 0 ? [] : await taskPages.repositoriesNamed(names);
  return {
    who: { kind: 'token', id, project },
    repositories: new Map(named.map(({ id }) => [id, 'read'] as const)),
    roles: new Map(),
  };
}
