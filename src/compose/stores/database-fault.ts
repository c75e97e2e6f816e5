/** Why a database can't be used, and what to do about it, in one line. */
import { isAway } from './is-away.ts';

/** `url`: of the database; of it, only the host is told. */
export function databaseFault(error: unknown, url: string): Error {
  const { host } = new URL(url);
  return new Error(
    [`The database at ${host} can't be used: ${reasonOf(error)}`, mend(error)]
      .filter(Boolean)
      .join('. '),
  );
}

/** Where a name has several addresses, each one's failure is a reason of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

const CERTIFICATE =
  /^(?:SELF_SIGNED_CERT|DEPTH_ZERO|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID$)/;

function mend(error: unknown): string | null {
  if (isAway(error)) return 'Start it, or change DATABASE_URL.';
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  // Errors of TLS come without a code.
  if (/does not support SSL/.test(error.message))
    return 'Switch TLS on there, or leave sslmode out of DATABASE_URL.';
  if (/no encryption/.test(error.message)) return 'Add ?sslmode=verify-full to DATABASE_URL.';
  if (CERTIFICATE.test(code))
    return 'NODE_EXTRA_CA_CERTS names the authorities to trust, and DATABASE_URL the host that the certificate is for.';
  if (code === 'ENOENT') return 'Correct the path in DATABASE_URL.';
  return MENDS[code] ?? null;
}

/** By PostgreSQL's codes. */
const MENDS: Readonly<Record<string, string>> = {
  '28P01': 'Correct the user or the password in DATABASE_URL.',
  '28000': 'Correct the user in DATABASE_URL, or permit it in pg_hba.conf there.',
  '3D000': 'Create it there, or correct the name in DATABASE_URL.',
  '25006': 'Name a database in DATABASE_URL that can be written to.',
  '42501': 'Make the user of DATABASE_URL the owner of the database.',
  '53100': 'Make room on its disk.',
};
