/** `/api/v1/sessions`: one's own sessions, listed and ended. */
import { z } from 'zod';
import { endSessions, sessionOf, sessionsOf } from '../../engine/access/sessions.ts';
import type { SessionOwner } from '../../engine/ports/sessions.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { forbidden, notFound } from '../faults.ts';
import { cookie, cookieOf, SESSION_COOKIE } from '../sign-in/cookies.ts';
import type { Viewer } from '../viewer.ts';

const ShownSession = z
  .object({
    id: z.string(),
    current: z.boolean().describe('Whether it is the one that asks.'),
    browser: z.string(),
    madeAt: z.iso.datetime(),
    usedAt: z.iso.datetime().describe('To the minute.'),
    endsAt: z.iso.datetime(),
  })
  .meta({ id: 'Session' });

const ownerOf = ({ who }: Viewer): SessionOwner | null => (who.kind === 'token' ? null : who);

const NO_SESSIONS = forbidden(
  'A token has no sessions.',
  'Sign in to the console, where sessions are shown and ended.',
);

type Header = (name: string) => string | undefined;
/** The one that asks; `null`: it is over by now. */
const current = (services: Parameters<typeof sessionOf>[0], header: Header) =>
  sessionOf(services, cookieOf({ headers: { cookie: header('cookie') } }, SESSION_COOKIE) ?? '');

export const listSessions = endpoint(
  {
    method: 'get',
    path: '/api/v1/sessions',
    tag: 'access',
    summary: "One's own sessions, the last used first.",
    ok: z.object({ sessions: z.array(ShownSession) }).meta({ id: 'Sessions' }),
  },
  async ({ viewer, header }, services) => {
    const owner = ownerOf(viewer);
    if (owner === null) return refused(NO_SESSIONS);
    const [sessions, mine] = await Promise.all([
      sessionsOf(services, owner),
      current(services, header),
    ]);
    return found({
      sessions: sessions.map(({ id, browser, madeAt, usedAt, endsAt }) => ({
        id,
        current: id === mine?.id,
        browser,
        madeAt: madeAt.toISOString(),
        usedAt: usedAt.toISOString(),
        endsAt: endsAt.toISOString(),
      })),
    });
  },
);

export const endSession = endpoint(
  {
    method: 'delete',
    path: '/api/v1/sessions/{session}',
    tag: 'access',
    summary: "End one of one's own sessions; `current`: sign out.",
    params: z.object({
      session: z.union([z.literal('current'), z.string().regex(/^[0-9a-f]{12}$/)]),
    }),
    ok: z.object({ ended: z.string() }).meta({ id: 'SessionEnded' }),
  },
  async ({ viewer, params, header }, services) => {
    const owner = ownerOf(viewer);
    if (owner === null) return refused(NO_SESSIONS);
    const mine = await current(services, header);
    const id = params.session === 'current' ? mine?.id : params.session;
    const why = id === mine?.id ? 'asked' : 'ended';
    if (id === undefined || !(await endSessions(services, owner, { id, why })))
      return refused(notFound('session'));
    const gone: Record<string, string> =
      why === 'asked' ? { 'set-cookie': cookie(SESSION_COOKIE, '', 0) } : {};
    return found({ ended: id }, gone);
  },
);
