/** Whether a server can't be reached for now, rather than answering and refusing. */

/** Of the network; and, of PostgreSQL, that it is starting or stopping, or has no connection left. */
const AWAY = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', '57P01', '57P02', '57P03', '53300'],
]);
const AWAY_TEXT =
  /timeout expired|timeout exceeded|read timeout|timed out|Connection terminated|Connection is closed|^(?:LOADING|MASTERDOWN|CLUSTERDOWN|BUSY) /;

export function isAway(error: unknown): boolean {
  // A name with several addresses is away where all of them are.
  if (error instanceof AggregateError) return error.errors.every(isAway);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  // A socket that is not there is that of a server that does not run; any other file is a wrong path.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect';
  return AWAY.has(code) || AWAY_TEXT.test(error.message);
}
