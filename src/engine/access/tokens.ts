/** Machine tokens, made and ended by operators: each on record before it is so. */
import type { AccessEvent } from '../../core/access/events.ts';
import type { Operator, Person } from '../../core/actor.ts';
import { requesterName } from '../../core/origin.ts';
import { accessStream } from '../../core/stream.ts';
import type { Handle } from '../handle.ts';
import { newToken } from '../machine-tokens.ts';
import type { TaskIndex } from '../ports/event-log.ts';
import type { MachineTokens, TokenGrant } from '../ports/machine-tokens.ts';

type Needs = { machineTokens: MachineTokens; handle: Handle };
export type TokenMaker = ({ kind: 'person' } & Person) | Operator;

/** Its text is known here once, and never again. */
export async function createToken(
  deps: Needs,
  grant: TokenGrant,
  by: TokenMaker,
): Promise<{ id: string; text: string }> {
  const { id, text, digest } = newToken();
  const { project, commands, trusted, reads, expiresAt } = grant;
  const repositories = grant.repositories.map(({ name }) => name);
  const until = expiresAt.toISOString();
  const data = { token: id, project, repositories, commands, trusted, reads, until };
  await record(deps, id, { type: 'access.token_created', v: 1, data }, by);
  await deps.machineTokens.create({ ...grant, id, digest });
  return { id, text };
}

/** More of one token are hardly open. */
const MOST_OPEN = 100;

/**
 * The ids of the tasks that it started and that are open: they begin no further run, and what runs goes on.
 * `null`: there is no such token, or it was revoked before.
 */
export async function revokeToken(
  deps: Needs & { tasks: Pick<TaskIndex, 'list'> },
  id: string,
  by: TokenMaker,
): Promise<string[] | null> {
  const known = (await deps.machineTokens.list()).find(token => token.id === id);
  if (!known || known.revokedAt !== null) return null;
  await record(deps, id, { type: 'access.token_revoked', v: 1, data: { token: id } }, by);
  if (!(await deps.machineTokens.revoke(id))) return null;
  const requester = requesterName({ kind: 'token', id, project: known.project });
  return (await deps.tasks.list({ requester, open: true, limit: MOST_OPEN })).map(task => task.id);
}

async function record(
  { handle }: Needs,
  token: string,
  event: AccessEvent,
  by: TokenMaker,
): Promise<void> {
  const stream = accessStream({ token });
  await handle({ stream, command: { type: 'record', event }, actor: by });
}
