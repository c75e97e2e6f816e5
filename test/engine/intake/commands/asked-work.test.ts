/** What the earlier tasks of an issue or a pull request say to what a person asks for there. */
import { expect, it } from 'vitest';
import { planGraph } from '../../../../src/core/graph/graphs.ts';
import { createdOf, type TaskState } from '../../../../src/core/task/state/state.ts';
import { judgeAskedWork } from '../../../../src/engine/intake/commands/asked-work.ts';
import type { TaskRow } from '../../../../src/engine/ports/event-log.ts';
import { STATE_VERSION } from '../../../../src/engine/streams.ts';
import { given, HISTORY, REVIEWER, sha } from '../../../core/task/given.ts';
import { MONA, openPull, REPOSITORY } from '../../github.ts';

const { state: working } = given(...HISTORY.published);
const of = (name: string): TaskState['created'] => {
  const was = createdOf(working);
  return { ...was, graph: { ...was.graph, name } as typeof was.graph };
};
const ended = { ...working, status: 'success' as const };
const reported = {
  stream: { kind: 'task', id: 'one' },
  seq: 9,
  type: 'run.reported',
  v: 1,
  data: { run: 'review-1-1', as: 'review', id: 77 },
};

/** The last task is in this state; `fix` is asked for on the pull request 12. */
async function verdict(
  state: TaskState | null,
  row: Partial<TaskRow>,
  asked: { command?: 'fix' | 'review' | 'implement' | 'triage'; text?: string; isPull?: boolean },
) {
  const { command = 'fix', text = '', isPull = true } = asked;
  const last = { id: 'one', open: false, pull: null, command, ...row } as TaskRow;
  const folded = { state, hash: 'h', version: 9, open: [] };
  const deps = {
    tasks: { list: async () => [last] },
    log: {
      load: async () => ({
        version: 9,
        hash: 'h',
        folded: { stateVersion: STATE_VERSION, folded },
      }),
      read: async function* () {
        yield reported;
      },
    },
    github: {
      facts: {
        pull: async () =>
          openPull(12, { ref: 'topic', sha: sha('d'), repositoryId: REPOSITORY.id }),
      },
    },
  } as unknown as Parameters<typeof judgeAskedWork>[0];
  const work = {
    repository: REPOSITORY,
    issue: 12,
    isPull,
    by: MONA,
    command: { name: command, text },
  };
  return judgeAskedWork(deps, work, command, state ? last : undefined);
}
const free = { is: 'free', inPlaceOf: null, planned: null };

it.each([
  ['nothing was there', null, {}, {}, free],
  ['a task works on its own', working, { open: true, pull: 12 }, {}, { is: 'round' }],
  [
    'that task reviews itself',
    working,
    { open: true, pull: 12 },
    { command: 'review' },
    { answer: { code: 'refused', reasons: [expect.stringMatching(/works on this pull request/)] } },
  ],
  [
    'a task works on the issue',
    working,
    { open: true, pull: 2 },
    { isPull: false },
    { answer: { code: 'busy', task: 'one', pull: 2 } },
  ],
  [
    'it is being triaged',
    { ...working, created: of('triage') },
    { open: true },
    { isPull: false },
    { is: 'free', inPlaceOf: { id: 'one' } },
  ],
  [
    'the triage is asked for twice',
    { ...working, created: of('triage') },
    { open: true },
    { isPull: false, command: 'triage' },
    { answer: { code: 'busy' } },
  ],
  [
    'its head has a review',
    { ...ended, parent: sha('d') },
    {},
    { command: 'review' },
    { answer: { code: 'reviewed', head: sha('d'), review: 77 } },
  ],
  [
    'another review is asked for in words',
    { ...ended, parent: sha('d') },
    {},
    { command: 'review', text: 'again' },
    free,
  ],
  ['another head has a review', { ...ended, parent: sha('e') }, {}, { command: 'review' }, free],
  [
    'it is merged',
    { ...ended, merged: { commit: sha('e'), head: sha('d') } },
    { pull: 12 },
    {},
    { answer: { code: 'merged', pull: 12 } },
  ],
  ['a task has ended', ended, { pull: 12 }, {}, free],
] as const)('work is asked for where %s', async (_, state, row, asked, stands) => {
  expect(await verdict(state as TaskState | null, row, asked)).toMatchObject(stands);
});

it('what is to be implemented goes on from the plan that was accepted, with what it was made of', async () => {
  const digest = `sha256:${'d'.repeat(64)}`;
  const done = (step: string, over: object) => ({
    ...working.runs[0],
    step,
    state: 'success',
    ...over,
  });
  const taint = [{ source: 'a comment', by: null, reason: 'Of somebody.' }];
  const state = {
    ...ended,
    taint,
    created: { ...createdOf(working), command: 'plan', graph: planGraph() },
    runs: [
      done('plan', {
        executor: { kind: 'agent', role: 'planner' },
        produced: { handover: { schema: 'plan.v1', digest, fields: {} } },
      }),
      done('clarify', {}),
    ],
    approvals: [{ action: 'plan.accept', status: 'used', by: [REVIEWER] }],
  } as unknown as TaskState;
  const issue = { isPull: false };
  expect(await verdict(state, {}, { ...issue, command: 'implement' })).toMatchObject({
    is: 'free',
    planned: { plan: { task: 'one', digest }, taint },
  });
  expect(await verdict(state, {}, issue)).toEqual(free);
});
