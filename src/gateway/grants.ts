/**
 * Host grants: which hosts a run may connect to, and at which address. A grant is `name`, `name:port`
 * (by default 443) or an address (`127.0.0.1:4873`, `[::1]:4873`).
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { UNKNOWN_NAME } from './unreached.ts';

export type Destination = { host: string; port: number };

/** The canonical host and port of an authority such as `Host`, `host:443` or `0x7f.1`, or `null`. */
export function parseDestination(authority: string): Destination | null {
  if (authority === '' || /[\s/\\?#@%]/.test(authority)) return null;
  const url = URL.parse(`https://${authority}`);
  if (!url || url.hostname === '') return null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''),
    port: url.port === '' ? 443 : Number(url.port),
  };
}

export function parseGrants(hosts: string[]): Destination[] {
  return hosts.map(text => {
    const grant = parseDestination(text);
    if (!grant)
      throw new Error(`host grant "${text}" is not \`name\`, \`name:port\` or an address`);
    return grant;
  });
}

export const authorityOf = ({ host, port }: Destination): string =>
  isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;

export const isGranted = ({ host, port }: Destination, grants: Destination[]): boolean =>
  grants.some(grant => grant.host === host && grant.port === port);

export const NOT_GRANTED = { ok: false, reason: 'not granted to this run' } as const;

/** `unknown`: nobody refuses it, DNS knows no such name. */
export type Way = { ok: true; address: string } | { ok: false; reason: string; unknown?: true };

/** The address to connect to. The name is resolved only here, so that it can't change afterwards. */
export async function resolveGranted(
  destination: Destination,
  grants: Destination[],
): Promise<Way> {
  const granted = (host: string) => isGranted({ host, port: destination.port }, grants);
  if (!granted(destination.host)) return NOT_GRANTED;
  if (isIP(destination.host)) return { ok: true, address: destination.host };
  return resolve(
    destination.host,
    address => granted(address) || (destination.host === 'localhost' && isLoopback(address)),
  );
}

/** The same for a name that is granted to an agent: no private address of it, whatever is granted. */
export const resolvePublic = (host: string): Promise<Way> => resolve(host, () => false);

async function resolve(host: string, granted: (address: string) => boolean): Promise<Way> {
  const found = await lookup(host, { all: true }).catch(() => []);
  const reachable = found.find(
    ({ address, family }) => isPublic(address, family) || granted(address),
  );
  if (reachable) return { ok: true, address: reachable.address };
  if (found.length === 0) return { ok: false, reason: UNKNOWN_NAME.reason, unknown: true };
  return { ok: false, reason: 'resolves to a private address that is not granted itself' };
}

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.');

/** Addresses outside the public internet, and those of clouds' metadata services. */
const PRIVATE = { 4: new BlockList(), 6: new BlockList() };
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  PRIVATE[4].addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 32],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE[6].addSubnet(network, prefix, 'ipv6');

export function isPublic(address: string, family: number): boolean {
  return family === 6 ? !PRIVATE[6].check(address, 'ipv6') : !PRIVATE[4].check(address, 'ipv4');
}
