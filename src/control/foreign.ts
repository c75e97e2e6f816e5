/** Whether a page of another site had a browser send a request: no such request may change anything. */
import type { IncomingMessage } from 'node:http';
import { isSafe } from './who-asks.ts';

/**
 * A browser says itself which site a request comes from, and lets no page change that. Where it does not,
 * the origin has to be ours. Whoever sends a token is no browser that was led here: no page can add one
 * without having been allowed to. `publicUrl`: where people reach us; null: it is not known.
 */
export function isForeign(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  publicUrl: string | null,
): boolean {
  if (isSafe(method) || headers.authorization !== undefined) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  return publicUrl === null || headers.origin !== new URL(publicUrl).origin;
}
