/**
 * Where a request comes from, as limits count it: of IPv6 the network, because whoever has one address there
 * has all of it. Proxies add the address that they see to `X-Forwarded-For`, at its end.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Of an address of IPv6, each of four hexadecimal digits. */
const GROUPS = 8;

/**
 * `proxies`: how many of them stand before us. What they added is believed, and nothing that stands before
 * it: whoever calls can have written that.
 */
export function addressOf(request: IncomingMessage, proxies: number): string {
  return networkOf(addressIn(request, proxies));
}

function addressIn(request: IncomingMessage, proxies: number): string {
  const direct = request.socket.remoteAddress ?? 'unknown';
  if (proxies === 0) return direct;
  const header = request.headers['x-forwarded-for'];
  const seen = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  const address = seen.at(-proxies)?.trim() ?? '';
  return isIP(address) === 0 ? direct : address;
}

/** The first half of an address of IPv6; one of IPv4 as it is, also where it is written as one of IPv6. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [before = '', after] = address.split('::');
  const groups = before.split(':');
  const rest = after?.split(':') ?? [];
  while (after !== undefined && groups.length + rest.length < GROUPS) groups.push('0');
  return [...groups, ...rest]
    .slice(0, GROUPS / 2)
    .map(group => Number.parseInt(group || '0', 16).toString(16))
    .join(':');
}
