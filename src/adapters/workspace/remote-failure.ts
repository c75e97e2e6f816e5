/**
 * Why a remote gave nothing, by what git and curl say of it. An outage ends by itself, and is waited for. A
 * refusal, a repository that is gone and what is wrong on this machine are not waited for as long.
 */
import { RemoteAway } from '../../engine/ports/workspace.ts';

/** The status of an answer, of the remote or of a proxy before it. */
const STATUS =
  /returned error: (\d{3})|RPC failed; HTTP (\d{3})|CONNECT tunnel failed, response (\d{3})|HTTP code (\d{3}) from proxy/g;
/** Statuses below 500 of a server that is busy. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429]);

/** On this machine: what is fetched can't be kept, or git itself met a limit. */
const HERE =
  /no space left|disk quota|read-only file system|permission denied|input\/output error|too many open files|file too large|out of memory|cannot allocate memory|unable to create|cannot lock ref|died of signal/i;

/** The remote answered that there is nothing here for us. */
const REFUSED =
  /authentication failed|could not read (?:username|password)|invalid (?:username|credentials)|not found|access denied|not exported|does not exist/i;

/** There was no connection, it was no sound one, or it ended before the answer did. */
const BROKEN =
  /could not resolve (?:host|proxy)|couldn't connect|could not connect|failed to connect|connection (?:refused|reset|timed out|was closed|was reset|died)|timed out|timeout|too slow|no route to host|network is unreachable|ssl|tls|certificate|empty reply|recv failure|send failure|proxy connect aborted|http\/2|transfer closed|partial file|early eof|unexpected eof|unexpected disconnect|hung up|RPC failed|bad pack header|expected (?:flush|'packfile'|'acknowledgments')|invalid index-pack output|expected response end/i;

/** What a server says of itself while it can't answer. */
const FAULT_THERE =
  /internal (?:server )?error|temporarily unavailable|try again|overloaded|unavailable/i;

/** `said`: the error output of git. */
export const remoteFailure = (message: string, said: string): Error =>
  isAway(said) ? new RemoteAway(message) : new Error(message);

/** The address of the remote says nothing of why it failed. */
const ADDRESS = /'https?:[^'\n]*'/g;

function isAway(printed: string): boolean {
  const said = printed.replaceAll(ADDRESS, '');
  const statuses = [...said.matchAll(STATUS)].map(match => Number(match.slice(1).find(Boolean)));
  if (statuses.length > 0) return statuses.every(code => code >= 500 || BUSY.has(code));
  const lines = said.split('\n');
  // What the server says is no sign of what is wrong here.
  const own = lines.filter(line => !line.startsWith('remote:')).join('\n');
  if (FAULT_THERE.test(said)) return true;
  if (HERE.test(own) || REFUSED.test(own)) return false;
  return BROKEN.test(own);
}
