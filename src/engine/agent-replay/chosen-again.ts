/** Who does a run once more: the adapter that did it, in the same version. */
import { profileIn } from '../../core/repository-config/own-role.ts';
import { createdOf } from '../../core/task/state/state.ts';
import type { Chosen } from '../attempt/choose.ts';
import { NotReplayable } from './not-replayable.ts';
import type { RecordedPart } from './recorded-parts.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { ReplayDependencies } from './replay-dependencies.ts';

/** Throws where it is not on this machine, or another version is. */
export async function chosenAgain(
  { adapters, profiles }: Pick<ReplayDependencies, 'adapters' | 'profiles'>,
  { folded, run }: Pick<RecordedPart, 'folded' | 'run'>,
  { recording }: Pick<RecordedRun, 'recording'>,
): Promise<Chosen> {
  const { executor } = run;
  const name = recording?.adapter ?? 'command';
  const adapter = adapters.get(name);
  const by = `${run.id} was done by ${name}${recording ? ` ${recording.version}` : ''}`;
  if (!adapter)
    throw new NotReplayable(`${by}, which is no agent that this version of Gatehouse knows`);
  const probe = await adapter.probe();
  if (!probe.ok) throw new NotReplayable(`${by}. ${probe.problem} ${probe.remediation}`);
  if (recording && probe.version !== recording.version)
    throw new NotReplayable(
      `${by}, and here is ${probe.version}: only the same version can replay it`,
    );
  const { config, roles } = createdOf(folded.state);
  const profile = executor.kind === 'agent' ? profileIn(profiles, roles, executor.role) : null;
  const { commands } = config;
  return {
    adapter,
    version: probe.version,
    profile,
    model: null,
    service: null,
    argv: executor.kind === 'command' ? (commands[executor.command] ?? []) : [],
    limits: profile ? { wallMs: profile.budget.wallMs } : {},
  };
}
