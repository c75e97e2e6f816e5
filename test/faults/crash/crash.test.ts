/**
 * The crash proof in small: a walk passes its kinds of effects, and converges after one crash. All walks, at
 * each of their points, are those of `npm run faults -- --crashes`.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backends, type Setting, startBackends } from './backends.ts';
import { walk } from './walk.ts';
import { merge } from './walks/merge.ts';
import { unpassed } from './walks.ts';

/** The limit is ten times what a walk takes on a quiet machine. */
const WALK_MS = 200_000;
const OPENED =
  'effect open_pull is applied, before append pull.opened + run.finished + step.skipped + run.queued';

let backends: Backends;
beforeAll(async () => {
  backends = await startBackends();
}, WALK_MS);
afterAll(() => backends.close());

it('killed when the pull request is open and nobody knows, it comes back to one of each', {
  timeout: WALK_MS,
}, async () => {
  const setting: Setting = { queue: 'postgres', database: 'embedded' };
  const { died, passed, faults } = await walk(backends, setting, { point: OPENED, nth: 1 });
  expect(faults).toEqual([]);
  expect(died).toBe(true);
  // Other walks pass the other kinds: `npm run faults -- --crashes` checks that of each.
  expect(unpassed(merge, passed)).toEqual([]);
});
