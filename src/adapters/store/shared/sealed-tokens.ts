/** The sealed tokens that all processes on the database share. */
import type pg from 'pg';
import type { SealedToken, SealedTokens } from '../../../engine/ports/sealed-tokens.ts';

const FIND = `
SELECT sealed, expires_at AS "expiresAt" FROM read_tokens WHERE installation = $1`;

const KEEP = `
INSERT INTO read_tokens AS t (installation, sealed, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (installation) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at
WHERE t.sealed = $4`;

export function createSealedTokens(pool: pg.Pool): SealedTokens {
  const find = async (installation: number): Promise<SealedToken | null> => {
    const { rows } = await pool.query<SealedToken>(FIND, [installation]);
    return rows[0] ?? null;
  };
  return {
    find,
    async keep(installation, { sealed, expiresAt }, replaces) {
      await pool.query(KEEP, [installation, sealed, expiresAt, replaces]);
      return find(installation);
    },
    async forget(installation) {
      await pool.query('DELETE FROM read_tokens WHERE installation = $1', [installation]);
    },
  };
}
