import { expect, it } from 'vitest';
import { pullNumber } from '../../src/console/audit/pull-number.ts';

it('the number of a pull request is read as people write it', () => {
  for (const text of ['12', '#12', ' #12 ']) expect(pullNumber(text), text).toBe(12);
  for (const text of ['', 'abc', '#', '0', '1.5', '-3', '99999999999'])
    expect(pullNumber(text), text).toBeNull();
});
