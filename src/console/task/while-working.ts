/** What agents do is no event, so pages are not told of it: while one works, it is asked for every few seconds. */
import type { components } from '../api/schema.d.ts';

const AGAIN_MS = 4_000;

export const whileWorking = (
  runs: readonly Pick<components['schemas']['Run'], 'state'>[] | undefined,
): number | false => (runs?.some(({ state }) => state === 'running') ? AGAIN_MS : false);
