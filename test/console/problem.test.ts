/** What is said where the server does not answer. */
import { expect, it } from 'vitest';
import { unreachable } from '../../src/console/api/problem.ts';

it('what was read is asked for again, and nobody says so of an act', () => {
  expect(unreachable('GET').next).toMatch(/^It is asked again by itself/);
  for (const method of ['POST', 'DELETE'])
    expect(unreachable(method).next).toBe(
      'It is not known whether it was done. Look how it stands, then try again.',
    );
});
