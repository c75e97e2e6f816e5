import { Account } from '../../../core/actor.ts';

/** An account of a kind that is new to us counts as a machine. */
export function accountOf(
  user: { id: number; login: string; type?: string | undefined } | null | undefined,
): Account | null {
  if (!user) return null;
  return { id: user.id, login: user.login, type: Account.shape.type.catch('Bot').parse(user.type) };
}
