/** Where a run works: opened at the task's parent and its work, with what was prepared. */

import { createdOf, purposeOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import { installShare } from '../../core/task/work/installed-base.ts';
import { workAt } from '../../core/task/work/step-state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { GitHubFacts } from '../ports/github.ts';
import { type Prepared, type Workspace, WorkspaceRefused } from '../ports/workspace.ts';
import { joinsOf } from './reading/joins.ts';
import { type RunContext, runName } from './run-context.ts';

/** `prepareKey`: where the run prepares, the key of what it installs. */
export type OpenedWorkspace = { workspace: Workspace; prepareKey: string | null };

/**
 * `prepared`: what was installed for it. `cached`: none is needed, what it would install was installed
 * before. `refused`: why there can't be one.
 */
export async function openWorkspace(
  context: Pick<RunContext, 'task' | 'folded' | 'run' | 'chosen'> & {
    deps: Pick<Dependencies, 'workspaces'> & {
      artifacts: Pick<Artifacts, 'get'>;
      github: { facts: Pick<GitHubFacts, 'remote'> };
    };
    guard?: Pick<LeaseGuard, 'signal'>;
  },
  prepared: Prepared | null,
): Promise<OpenedWorkspace | { cached: Prepared } | { refused: string }> {
  const { deps, folded, run, chosen } = context;
  const { workspaces, artifacts, github } = deps;
  const { state } = folded;
  const { repository, config } = createdOf(state);
  const found = await github.facts.remote(repository, 'read');
  // A run that is canceled waits for no fetch.
  const remote = context.guard ? { ...found, signal: context.guard.signal } : found;
  const argv = run.executor.kind === 'command' && config.commands[run.executor.command];
  const isJoin = run.purpose === 'join';
  const stands = run.checkpoint?.work ?? (isJoin ? null : workAt(state, run.step));
  const { checkpoint: kept } = run;
  // Another adapter has no use for it.
  const home = kept?.adapter === chosen.adapter.name ? kept.home : null;
  try {
    const prepareKey =
      installs(state, run) && argv
        ? await workspaces.prepareKey({ repository, remote }, state.parent, {
            argv,
            directory: config.directory ?? '',
            // What an agent changed before is shared with nobody who has not the same.
            share: stands ? `tree ${stands.tree}` : installShare(state),
          })
        : null;
    const cached = prepareKey ? await workspaces.prepared(repository, prepareKey) : null;
    if (cached) return { cached };
    const workspace = await workspaces.open({
      run: runName(context),
      repository,
      remote,
      parent: state.parent,
      mergesInto: state.mergesInto,
      joins: isJoin ? await joinsOf(artifacts, state, run.step) : null,
      tree: stands && { sha: stands.tree, pack: await artifacts.get(stands.pack) },
      prepared,
      home: home === null ? null : await artifacts.get(home),
    });
    return { workspace, prepareKey };
  } catch (error) {
    if (error instanceof WorkspaceRefused) return { refused: error.message };
    throw error;
  }
}

/** Whether it is the run that prepares. */
export const installs = (state: TaskState, run: Run): boolean =>
  purposeOf(state, run) === 'install';
