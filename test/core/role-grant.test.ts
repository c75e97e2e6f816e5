import { expect, it } from 'vitest';
import { RoleGrant } from '../../src/core/access/roles.ts';

const grant = (login: string) =>
  RoleGrant.safeParse({ role: 'operator', over: 'acme', people: { [login]: 7 } }).success;

it.each(['mona', 'mona-lisa', 'mona_acme', 'old-'])('a role may be held by %s', login => {
  expect(grant(login)).toBe(true);
});

it.each(['', '@mona', 'mona lisa', 'acme/mona', '_mona'])('%s is no login', login => {
  expect(grant(login)).toBe(false);
});
