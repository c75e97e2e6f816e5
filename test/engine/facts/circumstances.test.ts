/** Policy is asked about one person at a time: whom the work is done for, with the role of that person. */
import { expect, it } from 'vitest';
import { type Role, steererOf } from '../../../src/core/actor.ts';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import type { RunSpend } from '../../../src/core/spend.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { runOf } from '../../../src/core/task/state/state.ts';
import type { Dependencies } from '../../../src/engine/dependencies.ts';
import { circumstancesOf } from '../../../src/engine/facts/circumstances.ts';
import {
  created,
  decided,
  given,
  HISTORY,
  MAINTAINER,
  produced,
  REVIEWER,
  sha,
  started,
} from '../../core/task/given.ts';
import { starter } from '../../policy/starter.ts';

const roles = new Map<number, Role>([
  [MAINTAINER.id, 'maintain'],
  [REVIEWER.id, 'write'],
]);
const deps = {
  policies: starter(),
  profiles: new Map(),
  adapters: new Map(),
  settings: { realAgents: false, models: new Map() },
  machineTokens: { isRevoked: async (id: string) => id === 'revoked' },
  workspaces: { listFolder: async () => [], readFile: async () => null },
  github: {
    facts: {
      defaultBranch: async () => ({
        ref: 'main',
        sha: sha('a'),
        owner: 'acme',
        name: 'span',
        archived: false,
      }),
      role: async (_repository: object, { id }: { id: number }) => roles.get(id) ?? 'none',
      remote: async () => ({}),
      organization: async () => null,
    },
  },
} as unknown as Dependencies;

/** Whom policy is asked about. */
async function askedOf(
  commands: TaskCommand[],
  { run = null, rework = null }: { run?: string | null; rework?: string | null },
) {
  const { state } = given(...commands);
  const of = run === null ? null : runOf(state, run);
  const { subject, context } = await circumstancesOf(deps, state, of, rework);
  return { login: subject.person?.login, role: context.requester.role };
}

it('says what the task has used up in all its runs, as the log has it', async () => {
  const usage = { ...NO_USAGE, input: 100, cached: 20, output: 5 };
  const model = (nanoUsd: number | null) => ({
    provider: 'openai',
    model: 'large',
    calls: 2,
    usage,
    nanoUsd,
  });
  const work = { ms: 90_000, nanoUsd: 7 };
  const spentBy = (run: string, until: number, spend: RunSpend): TaskCommand => ({
    type: 'spent',
    data: { run, until, spend },
  });
  const { state } = given(
    ...HISTORY.waiting,
    spentBy('author-1-1', 1, { models: [model(50)], work }),
    spentBy('author-1-1', 2, { models: [model(100), model(null)], work }),
    spentBy('review-1-1', 3, { models: [model(30)], work: { ms: 500, nanoUsd: null } }),
  );
  const { context } = await circumstancesOf(deps, state, null);
  expect(context.spent).toEqual({
    nanoUsd: 137,
    priced: false,
    tokens: 375,
    calls: 6,
    ms: 90_500,
    runs: state.runs.length,
    rounds: 1,
  });
});

const rework = (by: typeof REVIEWER): TaskCommand => ({
  type: 'rework',
  data: {
    id: 'r-1',
    origin: 'comment',
    role: 'remediator-comment',
    instructions: 'Rename it.',
    by,
    caller: null,
    target: null,
    check: null,
    threads: [],
    merges: null,
    taint: [],
  },
});

it('who asks for a rework is asked about, and nobody else', async () => {
  const waits = [...HISTORY.waiting, rework(REVIEWER)];
  expect(await askedOf(waits, { rework: 'r-1' })).toEqual({ login: 'rey', role: 'write' });
  // The merge of what stands is still hers.
  expect(await askedOf(waits, { run: 'merge-1-1' })).toEqual({ login: 'mona', role: 'maintain' });
  const begun = [...waits, decided('task.start', 'allow', null, { rework: 'r-1' })];
  expect(await askedOf(begun, { run: 'author-2-1' })).toEqual({ login: 'rey', role: 'write' });
});

const retry = (instructions: string): TaskCommand => ({
  type: 'retry',
  by: steererOf(REVIEWER),
  instructions,
});
const failed: TaskCommand[] = [
  ...HISTORY.reproduced,
  decided('run.start', 'allow', 'author-1-1'),
  started('author-1-1'),
  produced('author-1-1', {}, { class: 'agent', reason: 'It gave up.', retryable: false }),
];

it('an agent that is told what somebody else says may do no more than that person may have done', async () => {
  const author = { run: 'author-1-2' };
  const mona = { login: 'mona', role: 'maintain' };
  expect(await askedOf([...failed, retry('')], author)).toEqual(mona);
  expect(await askedOf([...failed, retry('Another way.')], author)).toEqual({
    login: 'mona',
    role: 'write',
  });
});

it('so does a task whose start was not decided', async () => {
  const unasked: TaskCommand = {
    type: 'fail_effect',
    key: 'decide:task.start:task',
    message: 'Not found.',
    class: 'not_found',
    retryable: false,
    retryAfterMs: null,
  };
  const again = [created(), unasked, retry('Another way.')];
  expect(await askedOf(again, {})).toEqual({ login: 'mona', role: 'write' });
});

it('a token that is revoked is for no project any more', async () => {
  const calledBy = async (id: string) => {
    const requester = { kind: 'token', id, project: 'billing' } as const;
    const { state } = given(created({ origin: { kind: 'call', key: 'ci/7' }, requester }));
    return (await circumstancesOf(deps, state, null)).context.requester;
  };
  expect(await calledBy('good')).toEqual({ role: 'none', project: 'billing' });
  expect(await calledBy('revoked')).toEqual({ role: 'none', revoked: true });
});
