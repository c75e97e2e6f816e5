/** Where a run works: opened at the task's parent and its work, with what was prepared. */
import type { Folded } from '../../core/fold.ts';
import { createdOf, purposeOf, type Run, type TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Prepared, type Workspace, WorkspaceRefused } from '../ports/workspace.ts';
import type { Chosen } from './choose.ts';

/** `prepareKey`: where the run prepares, the key of what it installs. */
export type OpenedWorkspace = { workspace: Workspace; prepareKey: string | null };

/** `cached`: none is needed, what it would install was installed before. `refused`: why there can't be one. */
export async function workspaceFor(
  { workspaces, artifacts, github }: Dependencies,
  task: string,
  { state }: Folded<TaskState>,
  run: Run,
  { adapter }: Pick<Chosen, 'adapter'>,
): Promise<OpenedWorkspace | { cached: Prepared } | { refused: string }> {
  const { repository, config } = createdOf(state);
  const remote = github.facts.remote(repository, 'read');
  const install = installs(state, run);
  const argv = run.executor.kind === 'command' && config.commands[run.executor.command];
  const stands = run.checkpoint?.work ?? state.work;
  const { checkpoint: kept } = run;
  // Another adapter has no use for it.
  const home = kept?.adapter === adapter.name ? kept.home : null;
  try {
    const prepareKey =
      install && argv
        ? await workspaces.prepareKey({ repository, remote }, state.parent, {
            argv,
            directory: config.directory ?? '',
          })
        : null;
    const cached = prepareKey ? await workspaces.prepared(repository, prepareKey) : null;
    if (cached) return { cached };
    const workspace = await workspaces.open({
      run: `${task}-${run.id}`,
      repository,
      remote,
      parent: state.parent,
      tree: stands && { sha: stands.tree, pack: await artifacts.get(stands.pack) },
      prepared: install ? null : state.prepared,
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
