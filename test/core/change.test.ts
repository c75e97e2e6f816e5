import { expect, it } from 'vitest';
import { touchedPaths } from '../../src/core/change.ts';

it('touches both names of a renaming, and each path once, in order', () => {
  const entries = [
    { path: 'src/b.js', from: 'lib/b.js' },
    { path: 'src/a.js', from: null },
    { path: 'lib/b.js', from: null },
  ];
  expect(touchedPaths(entries)).toEqual(['lib/b.js', 'src/a.js', 'src/b.js']);
});
