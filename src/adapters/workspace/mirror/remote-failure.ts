/**
 * Why a remote gave nothing, by what git and curl say of it. An outage ends by itself, and is waited for. A
 * refusal, a repository that is gone and what is wrong on this machine are not waited for as long.
 */
import { RemoteAway } from '../../../engine/ports/workspace.ts';

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
  /authentication failed|could not read (?:username|password)|invalid (?:username|credentials)|not found|couldn't find remote ref|access denied|not exported|does not exist/i;

/** Whom the certificate is by is not trusted here, or who is trusted can't be read. */
const UNTRUSTED =
  /SSL certificate problem: (?!certificate (?:has expired|is not yet valid))|certificate verif(?:y|ication) failed|peer certificate or SSH remote key was not OK|peer's certificate issuer|invalid peer certificate|gnutls_handshake\(\) failed: Error in the certificate|error (?:setting|adding|importing|reading) (?:trust anchors|(?:ca|x\.509|certificate)\b)|problem with the SSL CA cert/i;

/** There was no connection, it was no sound one, or it ended before the answer did. */
const BROKEN =
  /could not resolve (?:host|proxy)|couldn't connect|could not connect|failed to connect|connection (?:refused|reset|timed out|was closed|was reset|died)|timed out|timeout|too slow|no route to host|network is unreachable|empty reply|recv failure|send failure|proxy connect aborted|transfer closed|partial file|early eof|unexpected eof|unexpected disconnect|hung up|RPC failed|bad pack header|expected (?:flush|'packfile'|'acknowledgments')|invalid index-pack output|expected response end/i;

/** The same of TLS and of what it carries, in the words of OpenSSL, GnuTLS and curl. */
const BROKEN_LAYER =
  /SSL_(?:connect|read|write)(?:\(\) |: )|(?:SSL|TLS) connect error|SSL read: |SSL routines:|unknown SSL protocol error|couldn't get peer certificate|certificate (?:has expired|is not yet valid|expiration date has passed|not activated yet)|gnutls_handshake\(\) failed|gnutls (?:recv|send) error|HTTP\/[23] (?:stream|framing|connection) /i;

/** What a server says of itself while it can't answer. */
const FAULT_THERE =
  /internal (?:server )?error|temporarily unavailable|try again|overloaded|unavailable/i;

/** `said`: the error output of git. @foreign */
export function remoteFailure(message: string, said: string): Error {
  const cause = causeOf(said);
  if (cause === 'away') return new RemoteAway(message);
  return new Error(cause === 'untrusted' ? `${message.trimEnd()}\n${WHOM_TO_TRUST}` : message);
}

const WHOM_TO_TRUST =
  'The certificate of the remote, or of a proxy that opens TLS, is not trusted on this machine: where it is of an authority of your own, name that in NODE_EXTRA_CA_CERTS.';

/** The names of the remote, of refs and of files say nothing of why it failed. */
const NAMES = /'(?:https?:|\/)[^'\n]*'|\bremote ref \S+|\brefs\/\S+/g;

function causeOf(printed: string): 'away' | 'untrusted' | 'other' {
  const said = printed.replaceAll(NAMES, named => (named.startsWith('remote') ? 'remote ref' : ''));
  const statuses = [...said.matchAll(STATUS)].map(match => Number(match.slice(1).find(Boolean)));
  if (statuses.length > 0)
    return statuses.every(code => code >= 500 || BUSY.has(code)) ? 'away' : 'other';
  const lines = said.split('\n');
  // What the server says is no sign of what is wrong here.
  const own = lines.filter(line => !line.startsWith('remote:')).join('\n');
  if (FAULT_THERE.test(said)) return 'away';
  if (HERE.test(own) || REFUSED.test(own)) return 'other';
  if (UNTRUSTED.test(own)) return 'untrusted';
  return BROKEN.test(own) || BROKEN_LAYER.test(own) ? 'away' : 'other';
}
