/** The tokens that other systems call with. Their texts are kept nowhere. All times are the database's. */

/** `alias`: another name for it in calls; null: it has none. */
export type GrantedRepository = { name: string; alias: string | null };

/** What a token is for, and what it may ask for. */
export type TokenGrant = {
  /** Who answers for what it starts. */
  project: string;
  repositories: GrantedRepository[];
  commands: string[];
  /** Whether what it says counts as said by somebody with write access. */
  trusted: boolean;
  /** Whether it reads the tasks of its repositories, whoever started them. */
  reads: boolean;
  expiresAt: Date;
};

export type MachineToken = TokenGrant & {
  id: string;
  createdAt: Date;
  revokedAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
};

export type MachineTokens = {
  create(token: TokenGrant & { id: string; digest: Buffer }): Promise<void>;
  /** One that is neither revoked nor expired, with the digest that its secret has to have. */
  find(id: string): Promise<(MachineToken & { digest: Buffer }) | null>;
  used(id: string): Promise<void>;
  /** Not so where it has expired, or was never there. */
  isRevoked(id: string): Promise<boolean>;
  /** All of them, newest first. */
  list(): Promise<MachineToken[]>;
  /** `false`: there is no such token, or it was revoked before. */
  revoke(id: string): Promise<boolean>;
};
