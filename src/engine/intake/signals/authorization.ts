/** Whoever takes back on GitHub what lets us ask in their name is signed out everywhere. */
import type { Person } from '../../../core/actor.ts';
import { endSessions } from '../../access/sessions.ts';
import type { Intake } from '../../dependencies.ts';

export async function onAuthorizationRevoked(
  intake: Intake,
  { by }: { by: Person },
): Promise<string> {
  const owner = { kind: 'person' as const, ...by };
  const ended = await endSessions(intake, owner, { id: null, why: 'revoked' });
  // GitHub takes none of them any more.
  await intake.sessions.forgetTokens(by.id);
  return ended ? `${by.login} is signed out` : `${by.login} was not signed in`;
}
