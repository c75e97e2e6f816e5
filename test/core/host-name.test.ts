import { expect, it } from 'vitest';
import { hostGrant, hostName } from '../../src/core/host-name.ts';
import { FrontMatter } from '../../src/core/profile.ts';

it.each([
  ['Example.COM.', 'example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['localhost', 'localhost'],
  ['127.0.0.1', null],
  ['0x7f.1', null],
  ['2130706433', null],
  ['[::1]', null],
  ['::1', null],
  ['a b', null],
  ['user@host', null],
  ['host/path', null],
  ['host:80', null],
  ['', null],
])('the name of %s is %s', (text, name) => {
  expect(hostName(text)).toBe(name);
});

it.each([
  ['example.com', 'example.com:443'],
  ['Example.com:8443', 'example.com:8443'],
  ['example.com:0', null],
  ['example.com:65536', null],
  ['10.0.0.1:80', null],
  ['https://example.com', null],
  ['*.example.com', null],
])('the grant %s is %s', (text, grant) => {
  expect(hostGrant(text)).toBe(grant);
});

it('a profile that names an address is refused with what is wanted', () => {
  const read = FrontMatter.shape.hosts.safeParse(['a.example', '10.0.0.1']);
  expect(read.error?.issues).toMatchObject([
    { path: [1], message: expect.stringContaining('`name` or `name:port`') },
  ]);
  expect(FrontMatter.shape.hosts.parse(['a.example'])).toEqual(['a.example:443']);
});
