/**
 * Cookies of the console. `__Host-`: a browser takes them from this host alone, and over a connection that
 * nobody listens to. `Lax`: they come along when somebody is sent here, but with no request of other sites.
 */
import type { IncomingMessage } from 'node:http';

export const SESSION_COOKIE = '__Host-gatehouse';
/** What has to come back from GitHub, sealed, while a person is there. */
export const SIGN_IN_COOKIE = '__Host-gatehouse-sign-in';

/** `forS`: seconds; 0: it is gone. */
export const cookie = (name: string, value: string, forS: number): string =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${forS}`;

export function cookieOf(
  { headers }: Pick<IncomingMessage, 'headers'>,
  name: string,
): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
