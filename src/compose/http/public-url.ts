/** Where people reach us, without a slash at its end. */
import type { Config } from '../../config.ts';

/** What nobody configured is this machine, also where we listen on all of its addresses. */
export function addressOf({ publicUrl, listen }: Pick<Config, 'publicUrl' | 'listen'>): string {
  if (publicUrl !== null) return publicUrl;
  const { host, port } = listen;
  const everywhere = host === '0.0.0.0' || host === '::';
  const named = everywhere ? '127.0.0.1' : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${port}`;
}
