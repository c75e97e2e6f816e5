/** What `npm run fuzz` begins with: each parser takes its own texts, and is chosen by a name of its own. */
import { expect, it } from 'vitest';
import { PARSERS } from './parsers.ts';

it.each(PARSERS)('$name takes each text that it begins with', ({ seeds, parse }) => {
  expect(seeds.length).toBeGreaterThan(0);
  for (const seed of seeds) expect(() => parse(seed)).not.toThrow();
});

it('no two have the same name', () => {
  const names = PARSERS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
