/** The crash proof in small: a walk passes every kind of effect, and converges after one crash. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Effect } from '../../../src/core/effect.ts';
import { type Backends, type Setting, startBackends } from './backends.ts';
import { walk } from './walk.ts';

/** Every kind of effect but those that the walk has none of: on a change of policy, on commits of others, in a merge queue, where work is joined, of a backlog, and where a task has no issue, a hook started it, or somebody is told of it. */
const KINDS: Record<
  Exclude<
    Effect['kind'],
    | 'deploy'
    | 'release'
    | 'answer_gate'
    | 'watch_deployment'
    | 'accept'
    | 'examine_policy'
    | 'show_faults'
    | 'judge_head'
    | 'leave_queue'
    | 'join'
    | 'open_issue'
    | 'report'
    | 'add_labels'
    | 'tell'
    | 'unlock'
    | 'notify'
    | 'start_task'
    | 'tell_progress'
    | 'start_item'
    | 'stop_task'
    | 'show_backlog'
  >,
  true
> = {
  decide: true,
  attempt: true,
  push: true,
  open_pull: true,
  mark_ready: true,
  merge: true,
  acknowledge: true,
  reply: true,
  remove_label: true,
  show: true,
  clean_up: true,
};

/** The limit is ten times what a walk takes on a quiet machine. */
const WALK_MS = 200_000;
const OPENED = 'effect open_pull is applied, before append pull.opened + run.finished + run.queued';

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
  // The walk passes both sides of every kind of effect.
  const kinds = Object.keys(KINDS);
  const seen = (end: string) =>
    kinds.filter(kind => passed.some(p => new RegExp(`^effect ${kind}\\b.* is ${end}`).test(p)));
  expect(seen('claimed')).toEqual(kinds);
  expect(seen('applied, before append')).toEqual(kinds);
});
