import { describe, expect, test } from 'vitest';
import {
  isPublic,
  parseDestination,
  parseGrants,
  resolveGranted,
} from '../../src/gateway/grants.ts';

describe('a destination', () => {
  test.each([
    ['registry.example', 'registry.example', 443],
    ['Registry.Example.:8443', 'registry.example', 8443],
    ['127.0.0.1:4873', '127.0.0.1', 4873],
    ['[::1]:80', '::1', 80],
    // Every spelling of an address is the same destination.
    ['0x7f.1:80', '127.0.0.1', 80],
    ['2130706433:80', '127.0.0.1', 80],
    ['bücher.example', 'xn--bcher-kva.example', 443],
  ])('%s is %s port %d', (text, host, port) => {
    expect(parseDestination(text)).toEqual({ host, port });
  });

  test.each([
    '',
    'a b',
    'user@host:1',
    'host/path',
    'host:99999',
    'host?x',
    'a%00b',
    'host\r\nx: y',
  ])('%j is none', text => {
    expect(parseDestination(text)).toBeNull();
  });

  test('a malformed grant is refused with its text', () => {
    expect(() => parseGrants(['https://registry.example/'])).toThrow(
      'host grant "https://registry.example/" is not `name`, `name:port` or an address',
    );
  });
});

describe('admit', () => {
  const at = (text: string) => parseGrants([text])[0] ?? { host: '', port: 0 };

  test('an ungranted host, and a granted host at another port', async () => {
    const refused = { ok: false, reason: 'not granted to this run' };
    expect(await resolveGranted(at('evil.example'), parseGrants(['registry.example']))).toEqual(
      refused,
    );
    expect(
      await resolveGranted(at('registry.example:22'), parseGrants(['registry.example'])),
    ).toEqual(refused);
    expect(
      await resolveGranted(at('sub.registry.example'), parseGrants(['registry.example'])),
    ).toEqual(refused);
  });

  test('an address only where it is granted itself', async () => {
    expect(await resolveGranted(at('127.0.0.1:80'), parseGrants(['127.0.0.1:80']))).toEqual({
      ok: true,
      address: '127.0.0.1',
    });
    expect((await resolveGranted(at('169.254.169.254:80'), parseGrants(['127.0.0.1:80']))).ok).toBe(
      false,
    );
  });

  test('localhost is loopback by name; any other name must not resolve there', async () => {
    expect((await resolveGranted(at('localhost:80'), parseGrants(['localhost:80']))).ok).toBe(true);
    expect(
      await resolveGranted(at('internal.localhost:80'), parseGrants(['internal.localhost:80'])),
    ).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/private address|does not resolve/),
    });
  });

  test('a name that does not resolve', async () => {
    expect(await resolveGranted(at('none.invalid'), parseGrants(['none.invalid']))).toEqual({
      ok: false,
      reason: 'the name does not resolve',
      unknown: true,
    });
  });
});

test.each([
  ['127.0.0.1', 4],
  ['10.1.2.3', 4],
  ['172.31.0.1', 4],
  ['192.168.1.1', 4],
  ['169.254.169.254', 4],
  ['168.63.129.16', 4],
  ['100.100.100.200', 4],
  ['0.0.0.0', 4],
  ['::1', 6],
  ['::ffff:127.0.0.1', 6],
  ['64:ff9b::7f00:1', 6],
  ['fd00:ec2::254', 6],
  ['fe80::1', 6],
])('%s is not public', (address, family) => {
  expect(isPublic(address, family)).toBe(false);
});

test.each([
  ['203.0.113.80', 4],
  ['140.82.112.3', 4],
  ['2606:50c0:8000::154', 6],
])('%s is public', (address, family) => {
  expect(isPublic(address, family)).toBe(true);
});
