/** A process crashes around a run that waits for a person: nothing is lost or done twice. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backends, startBackends } from './backends.ts';
import { approver, type Scenario, seen } from './scenario.ts';
import { walk } from './walk.ts';
import { mergedOnce } from './walks/merge.ts';

/** The limit is ten times what a walk takes on a quiet machine. */
const WALK_MS = 200_000;
const STOPPED = 'append artifact.stored + approval.requested + run.waiting_approval';

let backends: Backends;
beforeAll(async () => {
  backends = await startBackends();
}, WALK_MS);
afterAll(() => backends.close());

/** Rey answers each request that GitHub shows him once. */
const asking: Scenario = {
  name: 'a run that asks',
  begin: async () => ({
    scripts: join(import.meta.dirname, 'asking'),
    async people(environment) {
      const { mona } = environment;
      const { number } = await mona.open('It subtracts', 'Two and two is four.');
      await mona.label(number, 'agent:fix');
      const approve = approver(environment);
      await seen('the merge', async () => {
        await approve(number);
        const [pull] = await mona.get('/pulls?state=all');
        return pull?.merged_at;
      });
    },
    wrong: mergedOnce,
    ends: ['success'],
  }),
};

it.concurrent.each([
  ['its checkpoint is kept and nobody knows', `effect attempt is applied, before ${STOPPED}`],
  ['what was approved is used, and the agent was not told', 'after append approval.used'],
] as const)(
  'killed when %s, it comes to the merge all the same',
  { timeout: WALK_MS },
  async (_, point) => {
    const setting = { queue: 'postgres', database: 'embedded' } as const;
    const { died, faults } = await walk(backends, setting, { point, nth: 1 }, asking);
    expect(faults).toEqual([]);
    expect(died).toBe(true);
  },
);
