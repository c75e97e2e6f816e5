/** Which repositories a pattern names: as GitHub tells names apart, and with those that begin with a dot. */
import { expect, it } from 'vitest';
import { isMatched } from '../../src/core/repository-pattern.ts';

const named = (fullName: string) => {
  const [owner = '', name = ''] = fullName.split('/');
  return { owner, name };
};

it.each([
  ['*/*', 'acme/span'],
  ['acme/*', 'acme/.github'],
  ['*/*', 'acme/.github'],
  ['Acme/Span', 'acme/span'],
  ['acme/*', 'ACME/span'],
  ['acme/*-api-*', 'acme/new-api-v2'],
  ['acme/a*a', 'acme/aa'],
])('%s names %s', (pattern, fullName) => {
  expect(isMatched(['other/*', pattern], named(fullName))).toBe(true);
});

it.each([
  ['acme/*', 'acme-labs/span'],
  ['acme/span', 'acme/spanner'],
  ['acme/a*a', 'acme/a'],
  ['acme/*-api-*', 'acme/api-'],
  ['acme/*ab*b', 'acme/xab'],
])('%s does not name %s', (pattern, fullName) => {
  expect(isMatched([pattern], named(fullName))).toBe(false);
});
