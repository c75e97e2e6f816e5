/** Where a request comes from. Proxies add the address that they see to `X-Forwarded-For`, at its end. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * `proxies`: how many of them stand before us. What they added is believed, and nothing that stands before
 * it: whoever calls can have written that.
 */
export function addressOf(request: IncomingMessage, proxies: number): string {
  const direct = request.socket.remoteAddress ?? 'unknown';
  if (proxies === 0) return direct;
  const header = request.headers['x-forwarded-for'];
  const seen = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  const address = seen.at(-proxies)?.trim() ?? '';
  return isIP(address) === 0 ? direct : address;
}
