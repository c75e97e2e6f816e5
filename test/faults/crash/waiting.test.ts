/** A process crashes around a run that waits for a person: nothing is lost or done twice. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backends, startBackends } from './backends.ts';
import { type Scenario, seen, walk } from './walk.ts';

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
  scripts: join(import.meta.dirname, 'asking'),
  async people({ mona, rey }) {
    const { number } = await mona.open('It subtracts', 'Two and two is four.');
    await mona.label(number, 'agent:fix');
    const answered = new Set<string>();
    await seen('the merge', async () => {
      const comments: { body: string }[] = await mona.get(`/issues/${number}/comments`);
      for (const { body } of comments) {
        const capsule = /Approval is needed.*agent approve ([0-9a-f]{12})/s.exec(body)?.[1];
        if (!capsule || answered.has(capsule)) continue;
        answered.add(capsule);
        await rey.comment(number, `/agent approve ${capsule}`);
      }
      const [pull] = await mona.get('/pulls?state=all');
      return pull?.merged_at;
    });
  },
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
