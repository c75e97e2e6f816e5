/** Who a session stands for at this moment, what they may see, and which roles they hold over it. */
import {
  DEPLOYMENT_ROLES,
  type HeldRoles,
  heldRoles,
  type RoleGrant,
} from '../../core/access/roles.ts';
import type { BrowserSession } from '../ports/sessions.ts';
import type { SeenRepository } from '../ports/sign-in.ts';
import type { PersonTokens } from './person-tokens.ts';
import type { SeenBy } from './seen.ts';
import { type AccessParts, endSessions, sessionOf } from './sessions.ts';

export type SignedIn = {
  session: BrowserSession;
  /** `all`: the operator of a shell where Gatehouse is deployed has the whole database already. */
  repositories: SeenRepository[] | 'all';
  roles: HeldRoles;
};

/** Whoever has the shell has the log, its policies and its commands. */
const EVERY_ROLE: HeldRoles = new Map(DEPLOYMENT_ROLES.map(role => [role, 'all']));

/** `null`: nobody is signed in by this secret. */
export type FindSignedIn = (secret: string) => Promise<SignedIn | null>;

export function createFindSignedIn(parts: {
  access: AccessParts;
  /** `null`: nobody can sign in with GitHub. */
  github: { seenBy: SeenBy; tokens: PersonTokens } | null;
  grants: readonly RoleGrant[];
}): FindSignedIn {
  const { access, github, grants } = parts;
  return async secret => {
    const session = await sessionOf(access, secret);
    if (session === null) return null;
    const { owner } = session;
    if (owner.kind === 'operator') return { session, repositories: 'all', roles: EVERY_ROLE };
    if (github === null) return null;
    const seen = await github.seenBy(owner.id);
    if (seen !== null) {
      const { repositories } = seen;
      return { session, repositories, roles: heldRoles(grants, seen) };
    }
    await endSessions(access, owner, { id: null, why: 'refused' });
    await github.tokens.forget(owner.id);
    return null;
  };
}
