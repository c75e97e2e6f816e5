/** Where a delivery comes from, and what to say of one that is not for us. */
import type { Account, Repository } from '../../../core/actor.ts';
import type { Ignored } from '../../../core/trigger.ts';

/** Who we are: what we caused ourselves never starts anything. */
export type AppIdentity = { id: number; slug: string; botUserId: number };

export type Sent = {
  repository: { id: number; name: string; owner: { login: string } };
  installation: { id: number };
};

export function repositoryOf(payload: Sent): Repository {
  const { id, name, owner } = payload.repository;
  return { id, owner: owner.login, name, installation: payload.installation.id };
}

export const accountOf = ({ id, login, type }: Account): Account => ({ id, login, type });

export const notUsed = (what: string): Ignored => ({
  ignored: 'not_used',
  problem: `Nothing is done on ${what}.`,
});
