/** Recognises requests that a page of another site has a browser send: none may change anything. */
import type { IncomingMessage } from 'node:http';
import { isSafe } from './who-asks.ts';

/**
 * Browsers name the site of a request in `sec-fetch-site`, which no page can change. Where a browser does
 * not, the origin has to be ours. A request with a token can't come from such a page, because browsers let
 * no page add that header without permission. `publicUrl`: where people reach us; null: it is not known.
 */
export function isCrossSite(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  publicUrl: string | null,
): boolean {
  if (isSafe(method) || headers.authorization !== undefined) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  return publicUrl === null || headers.origin !== new URL(publicUrl).origin;
}
