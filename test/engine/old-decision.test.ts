/** What was decided and is old by the time of the effect is decided once more, and only then acted on. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadFolded } from '../../src/engine/handle.ts';
import type { LeaseGuard } from '../../src/engine/lease-guard.ts';
import { useApproval } from '../../src/engine/perform/use-approval.ts';
import { asTask } from '../../src/engine/streams.ts';
import { created, decided } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { MONA } from './github.ts';
import { openServices, type TestServices } from './test-services.ts';

let services: TestServices;
/** How often policy was asked, which takes the role of whoever asked for the work. */
let judged = 0;
/** What each look at the clock takes. */
let slownessMs = 0;
beforeAll(async () => {
  services = await openServices();
  const { facts } = services.github;
  const { role } = facts;
  facts.role = (repository, person) => {
    judged += 1;
    return role(repository, person);
  };
});
afterAll(() => services.close());
beforeEach(() => {
  judged = 0;
  services.github.roles.set(MONA.id, 'maintain');
});

let issues = 0;
/** The run of a task is allowed to start; each look at the clock is so much later than the one before. */
async function allowed() {
  const task = `old-${++issues}`;
  await beginTask(services.log, task, [created({ issue: issues }), decided('task.start', 'allow')]);
  const folded = asTask(await loadFolded(services.log, { kind: 'task', id: task }));
  let ms = Date.now();
  const now = async () => {
    ms += slownessMs;
    return new Date(ms);
  };
  const guard: LeaseGuard = {
    fence: { lease: '', epoch: 0 },
    before: 'nobody',
    signal: new AbortController().signal,
    check: async () => {},
    released: () => {},
  };
  const run = folded.state.runs[0]?.id ?? '';
  const deps = { ...services, now };
  const approved = await useApproval({ deps, task, folded, guard }, 'run.start', { key: '', run });
  if ('instead' in approved) throw new Error('it is allowed');
  return approved;
}

it('acts at once on what is fresh', async () => {
  slownessMs = 1;
  const approved = await allowed();
  const before = judged;
  await approved.fresh();
  expect(judged).toBe(before);
});

it('decides once more what is old, so that a slow machine acts all the same', async () => {
  slownessMs = 60_000;
  const approved = await allowed();
  const before = judged;
  await approved.fresh();
  expect(judged).toBe(2 * before);
});

it('does not act on what is old and does not hold any more', async () => {
  slownessMs = 60_000;
  const approved = await allowed();
  services.github.roles.set(MONA.id, 'read');
  await expect(approved.fresh()).rejects.toThrow('does not hold any more');
});
