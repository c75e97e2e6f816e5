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

it('an auditor is one of the whole deployment: a grant for less would give nothing', () => {
  const audits = (over: string) =>
    RoleGrant.safeParse({ role: 'auditor', over, people: { mona: 7 } });
  expect(audits('*').success).toBe(true);
  for (const over of ['acme', 'acme/shop'])
    expect(audits(over).error?.issues).toMatchObject([
      { path: ['over'], message: expect.stringMatching(/^must be "\*" for an auditor: /) },
    ]);
});
