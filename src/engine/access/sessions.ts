/** Sessions of the console: begun, recognised and ended, each on record before it is so. */
import { createHash, randomBytes } from 'node:crypto';
import type { AccessEvent, SignedOutWhy } from '../../core/access/events.ts';
import type { Actor } from '../../core/actor.ts';
import { accessStream } from '../../core/stream.ts';
import type { Handle } from '../handle.ts';
import type { Clock } from '../ports/clock.ts';
import type { BrowserSession, SessionOwner, Sessions } from '../ports/sessions.ts';

/** A session that is not used for so long is over; and so is one that is this old. Milliseconds. */
export const IDLE_MS = 8 * 3_600_000;
export const LASTS_MS = 7 * 86_400_000;
/** A link is opened at once or never. */
const LINK_MS = 60_000;
const LONGEST_BROWSER = 200;

export type AccessParts = { sessions: Sessions; handle: Handle; clock: Clock };

const secretText = () => randomBytes(32).toString('base64url');
/** The secret is 256 random bits: no salt and no slow hash makes it harder to guess. */
const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

export async function beginSession(
  parts: AccessParts,
  owner: SessionOwner,
  { browser }: { browser: string },
): Promise<{ secret: string }> {
  const { sessions, clock } = parts;
  const id = randomBytes(6).toString('hex');
  const until = new Date(clock.now().getTime() + LASTS_MS).toISOString();
  const by = owner.kind === 'person' ? 'github' : 'link';
  await record(parts, owner, {
    type: 'access.signed_in',
    v: 1,
    data: { session: id, by, until },
  });
  const secret = secretText();
  const shown = printable(browser);
  const made = { id, owner, browser: shown, digest: digestOf(secret), lastsMs: LASTS_MS };
  await sessions.create(made);
  return { secret };
}

export const sessionOf = (
  { sessions }: Pick<AccessParts, 'sessions'>,
  secret: string,
): Promise<BrowserSession | null> =>
  /^[\w-]{43}$/.test(secret) ? sessions.use(digestOf(secret), IDLE_MS) : Promise.resolve(null);

export const sessionsOf = (
  { sessions }: Pick<AccessParts, 'sessions'>,
  owner: SessionOwner,
): Promise<BrowserSession[]> => sessions.list(owner, IDLE_MS);

/** `id`: null: all of them. `false`: there was none. */
export async function endSessions(
  parts: AccessParts,
  owner: SessionOwner,
  { id, why }: { id: string | null; why: SignedOutWhy },
): Promise<boolean> {
  const { sessions } = parts;
  const standing = await sessions.list(owner, IDLE_MS);
  const ends = standing.filter(session => id === null || session.id === id);
  for (const session of ends) {
    const data = { session: session.id, why };
    await record(parts, owner, { type: 'access.signed_out', v: 1, data });
  }
  // What was begun meanwhile is ended as well where all of them are.
  await sessions.end(owner, id);
  return ends.length > 0;
}

/** The text of a link's code, which signs in whoever opens it first as the operator of this shell. */
export async function makeLink(
  { sessions }: Pick<AccessParts, 'sessions'>,
  operator: string,
): Promise<string> {
  const code = secretText();
  await sessions.createLink({ digest: digestOf(code), operator, lastsMs: LINK_MS });
  return code;
}

export async function openLink(
  parts: AccessParts,
  code: string,
  from: { browser: string },
): Promise<{ secret: string } | null> {
  if (!/^[\w-]{43}$/.test(code)) return null;
  const operator = await parts.sessions.takeLink(digestOf(code));
  return operator === null ? null : beginSession(parts, { kind: 'operator', name: operator }, from);
}

const actorOf = (owner: SessionOwner): Actor =>
  owner.kind === 'operator'
    ? { kind: 'operator', name: owner.name }
    : { kind: 'person', id: owner.id, login: owner.login };

async function record(
  { handle }: Pick<AccessParts, 'handle'>,
  owner: SessionOwner,
  event: AccessEvent,
): Promise<void> {
  const stream = accessStream(owner.kind === 'person' ? { person: owner.id } : 'operators');
  await handle({ stream, command: { type: 'record', event }, actor: actorOf(owner) });
}

const printable = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, LONGEST_BROWSER);
