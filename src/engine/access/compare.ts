/**
 * Machine tokens and sessions, compared with what is on record: none is there without the event that tells of
 * it, and what was ended is over. Whoever can write to the database could let themselves in.
 */
import { AccessEvent } from '../../core/access/events.ts';
import { accessStream, streamName } from '../../core/stream.ts';
import type { AuditSource } from '../audit-source.ts';
import { canonical } from '../chain.ts';
import { UnreadableEvent } from '../ports/event-log.ts';
import type { MachineToken, MachineTokens } from '../ports/machine-tokens.ts';
import type { BrowserSession, Sessions } from '../ports/sessions.ts';

type KeptAccess = {
  machineTokens: Pick<MachineTokens, 'list'>;
  sessions: Pick<Sessions, 'all'>;
  /** The database's clock. */
  now(): Promise<Date>;
};

/** What is ended is first recorded, and then so. */
const ENDING_MS = 60_000;

/** What is wrong, and what to do; loaded before the events, which are written first. */
export async function accessFaults(record: AuditSource, kept: KeptAccess): Promise<string[]> {
  const [tokens, sessions] = await Promise.all([kept.machineTokens.list(), kept.sessions.all()]);
  const before = (await kept.now()).getTime() - ENDING_MS;
  const faults: string[] = [];
  for (const token of tokens) {
    const problem = tokenProblem(token, await recordedIn(record, { token: token.id }), before);
    if (problem)
      faults.push(
        `machine token ${token.id} (${token.project}): ${problem}: gatehouse token revoke ${token.id}`,
      );
  }
  for (const session of sessions) {
    const { owner } = session;
    const of = owner.kind === 'person' ? { person: owner.id } : ('operators' as const);
    const problem = sessionProblem(session, await recordedIn(record, of), before);
    if (problem)
      faults.push(
        `session ${session.id} (${streamName(accessStream(of))}): ${problem}: take its row out of the table sessions`,
      );
  }
  return faults;
}

type AccessOnRecord = { event: AccessEvent; at: number };

/** A stream that can't be read whole is named by its own verdict. */
async function recordedIn(
  record: AuditSource,
  of: Parameters<typeof accessStream>[0],
): Promise<AccessOnRecord[]> {
  const found: AccessOnRecord[] = [];
  try {
    for await (const { type, v, data, at } of record.events(accessStream(of))) {
      const event = AccessEvent.safeParse({ type, v, data });
      if (event.success) found.push({ event: event.data, at: Date.parse(at) });
    }
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
  }
  return found;
}

function tokenProblem(
  token: MachineToken,
  recorded: readonly AccessOnRecord[],
  before: number,
): string | null {
  const made = recorded.find(({ event }) => event.type === 'access.token_created');
  if (made?.event.type !== 'access.token_created') return 'no event tells that it was made';
  const { id, project, repositories, commands, trusted, reads, expiresAt } = token;
  const names = repositories.map(({ name }) => name);
  const until = expiresAt.toISOString();
  const is = { token: id, project, repositories: names, commands, trusted, reads, until };
  if (canonical(is) !== canonical(made.event.data))
    return 'it is for something else than it was made for';
  const ended = recorded.some(
    ({ event, at }) => event.type === 'access.token_revoked' && at < before,
  );
  return ended && token.revokedAt === null ? 'it was revoked, and is in use' : null;
}

function sessionProblem(
  { id }: BrowserSession,
  recorded: readonly AccessOnRecord[],
  before: number,
): string | null {
  const of = recorded.filter(({ event }) => 'session' in event.data && event.data.session === id);
  if (!of.some(({ event }) => event.type === 'access.signed_in'))
    return 'no event tells that somebody signed in';
  const ended = of.some(({ event, at }) => event.type === 'access.signed_out' && at < before);
  return ended ? 'it was ended, and is in use' : null;
}
