/**
 * Tokens that all processes share, sealed: where they are kept, nobody can read them. One of each
 * installation stands at a time.
 */

export type SealedToken = { sealed: Buffer; expiresAt: Date };

export type SealedTokens = {
  find(installation: number): Promise<SealedToken | null>;
  /** Keeps it in place of `replaces` (null: of none). Returns what stands: of several at once, one is first. */
  keep(
    installation: number,
    token: SealedToken,
    replaces: Buffer | null,
  ): Promise<SealedToken | null>;
  forget(installation: number): Promise<void>;
};
