import type { Account, Team } from './accounts.ts';
import type { App, Installation, Permissions } from './apps.ts';
import { type Authorizations, noAuthorizations } from './authorizations.ts';
import type { Repository } from './repositories.ts';

/** What a token opens; an installation token may be narrower than its installation. */
export type Token =
  /** A person's own; or one that an App holds for them, until then. */
  | {
      readonly kind: 'user';
      readonly userId: number;
      readonly held?: { readonly appId: number; readonly expiresAt: number };
    }
  | {
      readonly kind: 'installation';
      readonly installationId: number;
      readonly permissions: Permissions;
      readonly repositories: ReadonlySet<number> | null;
      readonly expiresAt: number;
    };

/** Everything there is, in memory; only git objects live on disk. */
export interface World {
  readonly accounts: Map<number, Account>;
  readonly teams: Map<number, Team>;
  readonly repositories: Map<number, Repository>;
  readonly apps: Map<number, App>;
  readonly installations: Map<number, Installation>;
  /** What repositories were called before, in lower case, until another one takes the name. */
  readonly formerNames: Map<string, number>;
  readonly tokens: Map<string, Token>;
  /** Codes of the manifest flow, each good for one conversion. */
  readonly manifestCodes: Map<string, number>;
  /** What people let Apps do in their name, and what is on the way to it. */
  readonly authorizations: Authorizations;
  /** Commits that GitHub itself made and signed. */
  readonly signedCommits: Set<string>;
  /** An Enterprise Server may have web commit signing switched off. */
  signsCommits: boolean;
  /** Whether pull requests can be merged in the background: Enterprise Server has no such endpoint. */
  mergesAsync: boolean;
  /** Whether a dispatch says which run it became: an older Enterprise Server does not. */
  tellsDispatchedRun: boolean;
}

export function emptyWorld(): World {
  return {
    accounts: new Map(),
    teams: new Map(),
    repositories: new Map(),
    apps: new Map(),
    installations: new Map(),
    formerNames: new Map(),
    tokens: new Map(),
    manifestCodes: new Map(),
    authorizations: noAuthorizations(),
    signedCommits: new Set(),
    signsCommits: true,
    mergesAsync: true,
    tellsDispatchedRun: true,
  };
}
