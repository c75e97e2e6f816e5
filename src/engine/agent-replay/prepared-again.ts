/** What `prepare` had installed for a run that is replayed: it must be on this machine. */

import { createdOf } from '../../core/task/state/state.ts';
import { installedBase, installShare } from '../../core/task/work/installed-base.ts';
import { installs } from '../attempt/workspace.ts';
import type { Prepared } from '../ports/workspace.ts';
import { NotReplayable } from './not-replayable.ts';
import type { RecordedPart } from './recorded-parts.ts';
import type { ReplayDependencies } from './replay-dependencies.ts';

/** Throws where it is gone: a replay has no network to install it from. */
export async function preparedAgain(
  { workspaces, github }: Pick<ReplayDependencies, 'workspaces' | 'github'>,
  { folded, run }: Pick<RecordedPart, 'folded' | 'run'>,
): Promise<Prepared | null> {
  const { state } = folded;
  const { repository, base: first, config } = createdOf(state);
  if (installs(state, run))
    throw new NotReplayable(
      `${run.id} installed packages from the network, which a replay does not have: replay the runs after it`,
    );
  const made = state.runs.find(other => installs(state, other));
  const argv = made?.executor.kind === 'command' && config.commands[made.executor.command];
  if (!argv || !state.prepared) return null;
  const { sha: base } = installedBase(state);
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  const key =
    base === first.sha
      ? state.prepared.key
      : await workspaces.prepareKey(source, base, {
          argv,
          directory: config.directory ?? '',
          share: installShare({ ...state, parent: base }),
        });
  const here = await workspaces.prepared(repository, key);
  if (here) return here;
  throw new NotReplayable(
    `what was installed for ${run.id} is not on this machine any more, and a replay has no network to install it from: replay it on the worker that did it, or while that still has it`,
  );
}
