/** Accounts as GraphQL tells them. */
import { Account } from '../../../core/actor.ts';
import type { SnapshotActor } from './query.ts';

/** An account of a kind that is new to us counts as a machine. */
export function accountOf(actor: SnapshotActor): Account | null {
  if (!actor) return null;
  const { __typename: kind, databaseId, user } = actor;
  // An account of an enterprise stands for a person.
  const id = databaseId ?? user?.databaseId;
  if (id === undefined || id === null) return null;
  const type = user ? 'User' : Account.shape.type.catch('Bot').parse(kind);
  const login = user?.login ?? actor.login;
  // Here, unlike in REST, a bot's login has no suffix.
  return { id, type, login: type === 'Bot' ? `${login}[bot]` : login };
}
