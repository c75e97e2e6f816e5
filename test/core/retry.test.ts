/** How long what fails is tried again in all, as the documents say it. */
import { expect, test } from 'vitest';
import { backoffMs, DELIVERY, EFFECT, OUTAGE, UNREACHABLE } from '../../src/core/retry.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** From the first failure to the last try; `jitter` in the middle of its range. */
function inAll(tries: typeof EFFECT): number {
  const waits = Array.from({ length: tries.limit - 1 }, (_, at) => backoffMs(at + 1, 0.5, tries));
  return waits.reduce((sum, wait) => sum + wait, 0);
}

test.each([
  ['effects', EFFECT, 20 * MINUTE],
  ['effects while GitHub is away', OUTAGE, 6 * HOUR],
  ['effects where people shut us out', UNREACHABLE, 7 * 24 * HOUR],
  ['deliveries', DELIVERY, HOUR / 2],
])('%s', (_, tries, ms) => {
  expect(inAll(tries) / ms).toBeGreaterThan(0.8);
  expect(inAll(tries) / ms).toBeLessThan(1.25);
});
