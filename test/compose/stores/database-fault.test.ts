/** A database that can't be used is told in one line, with what to do about it. */
import { expect, it } from 'vitest';
import { serverFault } from '../../../src/adapters/store/migrate.ts';
import { databaseFault } from '../../../src/compose/stores/database-fault.ts';
import { isAway } from '../../../src/compose/stores/is-away.ts';

const failed = (message: string, code?: string, more: object = {}) =>
  Object.assign(new Error(message), code ? { code } : {}, more);

it.each<[Error, string]>([
  [failed('connect ECONNREFUSED', 'ECONNREFUSED'), 'Start it, or change DATABASE_URL.'],
  [failed('password authentication failed', '28P01'), 'the user or the password'],
  [failed('no pg_hba.conf entry for host, no encryption', '28000'), 'sslmode=verify-full'],
  [failed('no pg_hba.conf entry for host, SSL on', '28000'), 'or permit it in pg_hba.conf there'],
  [failed('database "x" does not exist', '3D000'), 'Create it there'],
  [failed('cannot execute CREATE TABLE in a read-only transaction', '25006'), 'written to'],
  [failed('permission denied for schema public', '42501'), 'the owner of the database'],
  [failed('could not extend file', '53100'), 'Make room on its disk.'],
  [failed('The server does not support SSL connections'), 'leave sslmode out'],
  [failed('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'NODE_EXTRA_CA_CERTS'],
  [failed('unable to verify', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'NODE_EXTRA_CA_CERTS'],
  [failed('altnames', 'ERR_TLS_CERT_ALTNAME_INVALID'), 'the host that the certificate is for'],
  [failed("no such file, open '/ca.pem'", 'ENOENT', { syscall: 'open' }), 'Correct the path'],
])('%s', (error, words) => {
  const { message } = databaseFault(error, 'postgres://u:hunter2hunter2@db.acme.dev/x');
  expect(message).toContain(`The database at db.acme.dev can't be used: ${error.message}. `);
  expect(message).toContain(words);
  expect(message).not.toMatch(/hunter2|\n/);
});

it('tells no more than what a migration says for itself', () => {
  const error = new Error('it was used by a newer one; run that one, or restore a backup');
  expect(databaseFault(error, 'postgres://db/x').message).toBe(
    `The database at db can't be used: ${error.message}`,
  );
});

it('is away where its socket is not there, and not where a certificate is not', () => {
  expect(isAway(failed('connect ENOENT /s', 'ENOENT', { syscall: 'connect' }))).toBe(true);
  expect(isAway(failed("open '/ca.pem'", 'ENOENT', { syscall: 'open' }))).toBe(false);
});

it.each([
  [{ version: 180_001, encoding: 'UTF8', standby: false }, null],
  [{ version: 150_000, encoding: 'UTF8', standby: false }, null],
  [{ version: 140_012, encoding: 'UTF8', standby: false }, 'it is PostgreSQL 14, and 15 or newer'],
  [{ version: 160_000, encoding: 'SQL_ASCII', standby: false }, 'its encoding is SQL_ASCII'],
  [{ version: 160_000, encoding: 'UTF8', standby: true }, 'it is a standby'],
])('a server such as %j is %s', (facts, fault) => {
  if (fault === null) expect(serverFault(facts)).toBeNull();
  else expect(serverFault(facts)).toContain(fault);
});
