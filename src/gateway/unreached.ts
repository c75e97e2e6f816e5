/** Why a host that a run may connect to was not reached, in words, from what the connection failed with. */
import type { Unreached } from '../engine/ports/gateway.ts';

type MissedBy = Omit<Unreached, 'destination'>;

export const UNKNOWN_NAME: MissedBy = { by: 'name', reason: 'the name does not resolve' };

const CODES: Readonly<Record<string, MissedBy>> = {
  ENOTFOUND: UNKNOWN_NAME,
  EAI_AGAIN: { by: 'name', reason: 'no DNS server answered about the name' },
  ECONNREFUSED: { by: 'connection', reason: 'nothing listens there' },
  ECONNRESET: { by: 'connection', reason: 'the connection was cut' },
  EHOSTUNREACH: { by: 'connection', reason: 'no route leads there' },
  ENETUNREACH: { by: 'connection', reason: 'no route leads there' },
  ETIMEDOUT: { by: 'connection', reason: 'no answer in time' },
};

/** Codes of Node and OpenSSL for certificates that can't be trusted, and for what is no TLS. */
const TLS = /CERT|ISSUER|SELF_SIGNED|LEAF_SIGNATURE|^ERR_(?:TLS|SSL)_|^EPROTO$/;

export function whyUnreached(error: unknown): MissedBy {
  if (!(error instanceof Error)) return { by: 'connection', reason: 'it failed' };
  const code = 'code' in error ? String(error.code) : '';
  if (TLS.test(code)) return { by: 'tls', reason: error.message };
  return CODES[code] ?? { by: 'connection', reason: error.message };
}
