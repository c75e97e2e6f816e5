/** Our check where it is required on a commit that no task stands on: whose work is in it. */
import { describe, expect, it } from 'vitest';
import type { Clients } from '../../src/adapters/github/client/client.ts';
import { readPullCommits } from '../../src/adapters/github/facts/pull-commits.ts';
import type { HeadVerdict, JudgedHead } from '../../src/core/judged-head.ts';
import { judgeHead } from '../../src/engine/perform/judge-head.ts';
import {
  type CommitMessage,
  type TaskCommit,
  WorkspaceRefused,
} from '../../src/engine/ports/workspace.ts';
import { STATE_VERSION } from '../../src/engine/streams.ts';
import type { StreamEffect } from '../../src/engine/task-context.ts';
import { HISTORY, outcomeOf, sha } from '../core/task/given.ts';
import { REPOSITORY } from './github.ts';

const { folded } = outcomeOf(...HISTORY.waiting);

type Head =
  | { fetched: TaskCommit[] | WorkspaceRefused }
  /** From a fork: what GitHub lists. */
  | { listed: CommitMessage[] | null };

/** What is shown on the head, and which commands tasks get. */
async function judged(about: JudgedHead, head: Head) {
  const repositoryId = 'fetched' in head ? REPOSITORY.id : 99;
  const told: { id: string; type: string }[] = [];
  const shown: HeadVerdict[] = [];
  const deps = {
    github: {
      facts: {
        pull: async () => ({ head: { repositoryId, sha: about.head } }),
        remote: async () => ({ url: '', token: async () => '' }),
        defaultBranch: async () => ({ sha: sha('a') }),
        aheadInQueue: async () => [],
        pullCommits: async () => ('listed' in head ? head.listed : []),
      },
      writes: {
        showHead: async (_at: unknown, _about: unknown, verdict: HeadVerdict) =>
          void shown.push(verdict),
      },
    },
    workspaces: {
      taskCommits: async () => {
        if (!('fetched' in head)) throw new Error('a fork is fetched');
        if (head.fetched instanceof WorkspaceRefused) throw head.fetched;
        return head.fetched;
      },
    },
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
  const saying = (message: string): CommitMessage => ({ commit: sha('d'), message });
  const ours = saying('It subtracts\n\nGatehouse-Task: task-1\n');
  it('from a fork is judged unfetched, and the task, whose trailer anybody can copy, is told nothing', async () => {
    const { told, shown } = await judged(about, { listed: [ours] });
    expect(told).toEqual([]);
    expect(shown).toMatchObject([
      { conclusion: 'action_required', tasks: [{ id: 'task-1' }], followed: false },
    ]);
  });
  it.each([about, { ...about, group: true }])('is followed by the task elsewhere: %o', async at => {
    const { told, shown } = await judged(at, {
      fetched: [{ commit: sha('d'), task: 'task-1' }],
    });
    expect(told).toEqual([{ id: 'task-1', type: 'work_found' }]);
    expect(shown).toMatchObject([{ conclusion: 'action_required', followed: true }]);
  });
  it('may be in more commits of a fork than GitHub lists, or in too many of their names', async () => {
    const names = Array.from({ length: 21 }, (_, at) => `Gatehouse-Task: task-${at}`);
    for (const listed of [null, [saying(names.join('\n'))]]) {
      const { shown } = await judged(about, { listed });
      expect(shown).toEqual([{ conclusion: 'action_required', tasks: null, followed: false }]);
    }
    const { shown } = await judged(about, { listed: [saying(names.slice(1).join('\n'))] });
    expect(shown[0]?.tasks).toHaveLength(20);
  });
  it('may be in commits that say more than can be read', async () => {
    const fetched = new WorkspaceRefused('They say too much.');
    const { shown } = await judged(about, { fetched });
    expect(shown).toEqual([{ conclusion: 'action_required', tasks: null, followed: true }]);
  });
  it('is not judged by the commits of a newer one', async () => {
    const { shown } = await judged(about, { listed: [{ ...ours, commit: sha('e') }] });
    expect(shown).toEqual([]);
  });
  it('is in none of the commits of a fork that name no task', async () => {
    const quoted = saying('It says > Gatehouse-Task: task-1');
    const { shown } = await judged(about, { listed: [quoted] });
    expect(shown).toEqual([{ conclusion: 'success', tasks: [], followed: false }]);
  });
});

describe('the commits of a pull request', () => {
  const listed = async (all: number) => {
    const asked: number[] = [];
    const listCommits = async ({ page }: { page: number }) => {
      asked.push(page);
      const length = Math.max(0, Math.min(100, Math.min(all, 250) - (page - 1) * 100));
      return {
        data: Array.from({ length }, () => ({ sha: sha('d'), commit: { message: 'More' } })),
      };
    };
    const clients = (() => ({ rest: { pulls: { listCommits } } })) as unknown as Clients;
    const commits = await readPullCommits(clients, REPOSITORY, 9);
    return { found: commits?.length ?? null, asked };
  };
  it('are read in three pages, and not taken for whole where GitHub lists no more', async () => {
    expect(await listed(100)).toEqual({ found: 100, asked: [1, 2] });
    expect(await listed(249)).toEqual({ found: 249, asked: [1, 2, 3] });
    expect(await listed(9_000)).toEqual({ found: null, asked: [1, 2, 3] });
  });
});
