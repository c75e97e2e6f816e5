/** The sealed tokens of a process that shares them with none. */
import type { SealedToken, SealedTokens } from '../../../engine/ports/sealed-tokens.ts';

export function createOwnSealedTokens(): SealedTokens {
  const tokens = new Map<number, SealedToken>();
  return {
    find: async installation => tokens.get(installation) ?? null,
    async keep(installation, token, replaces) {
      const stands = tokens.get(installation);
      if (!stands || (replaces && stands.sealed.equals(replaces))) tokens.set(installation, token);
      return tokens.get(installation) ?? null;
    },
    forget: async installation => void tokens.delete(installation),
  };
}
