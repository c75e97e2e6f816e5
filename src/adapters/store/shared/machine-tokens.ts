/** Machine tokens in PostgreSQL, by its clock. */
import type pg from 'pg';
import { z } from 'zod';
import type { MachineToken, MachineTokens } from '../../../engine/ports/machine-tokens.ts';

const Repositories = z.array(z.object({ name: z.string(), alias: z.string().nullable() }));

const COLUMNS = `id, digest, project, repositories, commands, trusted, reads, created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`;

type Row = Omit<MachineToken, 'repositories'> & { repositories: unknown; digest: Buffer };

export function createMachineTokens(pool: pg.Pool): MachineTokens {
  return {
    async create({ id, digest, project, repositories, commands, trusted, reads, expiresAt }) {
      await pool.query(
        `INSERT INTO machine_tokens (id, digest, project, repositories, commands, trusted, reads, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, digest, project, JSON.stringify(repositories), commands, trusted, reads, expiresAt],
      );
    },
    async find(id) {
      const { rows } = await pool.query<Row>(
        `SELECT ${COLUMNS} FROM machine_tokens
         WHERE id = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp()`,
        [id],
      );
      return rows[0] ? { ...tokenOf(rows[0]), digest: rows[0].digest } : null;
    },
    // A token in use is not a write with each call.
    async used(id) {
      await pool.query(
        `UPDATE machine_tokens SET last_used_at = clock_timestamp()
         WHERE id = $1 AND coalesce(last_used_at < clock_timestamp() - interval '1 minute', true)`,
        [id],
      );
    },
    async isRevoked(id) {
      const { rowCount } = await pool.query(
        'SELECT FROM machine_tokens WHERE id = $1 AND revoked_at IS NOT NULL',
        [id],
      );
      return rowCount === 1;
    },
    async list() {
      const { rows } = await pool.query<Row>(
        `SELECT ${COLUMNS} FROM machine_tokens ORDER BY created_at DESC, id`,
      );
      return rows.map(tokenOf);
    },
    async revoke(id) {
      const { rowCount } = await pool.query(
        'UPDATE machine_tokens SET revoked_at = clock_timestamp() WHERE id = $1 AND revoked_at IS NULL',
        [id],
      );
      return rowCount === 1;
    },
  };
}

const tokenOf = ({ digest: _, repositories, ...row }: Row): MachineToken => ({
  ...row,
  repositories: Repositories.parse(repositories),
});
