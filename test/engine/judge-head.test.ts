/** Our check where it is required on a commit that no task stands on: whose work is in it. */
import { describe, expect, it } from 'vitest';
import type { HeadVerdict, JudgedHead } from '../../src/core/judged-head.ts';
import { judgeHead } from '../../src/engine/perform/judge-head.ts';
import type { TaskCommit } from '../../src/engine/ports/workspace.ts';
import { STATE_VERSION } from '../../src/engine/streams.ts';
import type { StreamEffect } from '../../src/engine/task-context.ts';
import { HISTORY, outcomeOf, sha } from '../core/task/given.ts';
import { REPOSITORY } from './github.ts';

const { folded } = outcomeOf(...HISTORY.waiting);

/** What is shown on the head, and which commands tasks get; the head is a fork's unless it is said. */
async function judged(
  about: JudgedHead,
  { repositoryId = 99, commits = [] }: { repositoryId?: number; commits?: TaskCommit[] },
) {
  const told: { id: string; type: string }[] = [];
  const shown: HeadVerdict[] = [];
  const deps = {
    github: {
      facts: {
        pull: async () => ({ head: { repositoryId, sha: about.head } }),
        remote: async () => ({ url: '', token: async () => '' }),
        defaultBranch: async () => ({ sha: sha('a') }),
        aheadInQueue: async () => [],
      },
      writes: {
        showHead: async (_at: unknown, _about: unknown, verdict: HeadVerdict) =>
          void shown.push(verdict),
      },
    },
    workspaces: { taskCommits: async () => commits },
    tasks: { find: async () => ({ repositoryId: REPOSITORY.id }), list: async () => [] },
    log: {
      load: async () => ({
        version: folded.version,
        hash: folded.hash,
        folded: { stateVersion: STATE_VERSION, folded },
      }),
    },
    leases: {
      acquire: async () => ({ epoch: 1, doubted: false }),
      renew: async () => true,
      holds: async () => true,
      release: async () => {},
    },
    settings: { worker: 'worker-1' },
    handle: async ({ stream, command }: { stream: { id: string }; command: { type: string } }) =>
      void told.push({ id: stream.id, type: command.type }),
  };
  const guard = { signal: new AbortController().signal, check: async () => {} };
  const effect = { kind: 'judge_head', key: 'judge', repository: REPOSITORY, about };
  await judgeHead({ deps, guard, effect } as unknown as StreamEffect<'judge_head'>);
  return { told, shown };
}

describe('a head with the work of a task', () => {
  const about = { pull: 9, group: false, head: sha('d') };
  const commits = [{ commit: sha('d'), task: 'task-1' }];
  it('from a fork is judged, and the task, whose trailer anybody can copy, is told nothing', async () => {
    const { told, shown } = await judged(about, { commits });
    expect(told).toEqual([]);
    expect(shown).toMatchObject([{ conclusion: 'action_required', followed: false }]);
  });
  it.each([about, { ...about, group: true }])('is followed by the task elsewhere: %o', async at => {
    const { told, shown } = await judged(at, { commits, repositoryId: REPOSITORY.id });
    expect(told).toEqual([{ id: 'task-1', type: 'work_found' }]);
    expect(shown).toMatchObject([{ conclusion: 'action_required', followed: true }]);
  });
});
