/** Who executes a run: the adapter, its version, and what it is started with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../../core/profile.ts';
import { profileIn } from '../../core/repository-config/own-role.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Limits } from '../ports/sandbox.ts';
import { type AgentCandidate, candidateFor } from '../routing/candidates.ts';
import { chooseAgent } from '../routing/choose-agent.ts';
import { probed } from '../routing/probed.ts';

export type Chosen = AgentCandidate & {
  version: string;
  profile: Profile | null;
  argv: string[];
  limits: Partial<Limits>;
};

type Deps = Pick<
  Dependencies,
  'adapters' | 'profiles' | 'settings' | 'clock' | 'runRecords' | 'workers'
>;

/** A string says why nobody can execute it: asked before any spend. */
export async function choose(deps: Deps, state: TaskState, run: Run): Promise<Chosen | string> {
  const { profiles, settings } = deps;
  const { executor } = run;
  if (executor.kind === 'builtin') return 'A built-in step has no agent.';
  if (executor.kind === 'command') {
    const argv = createdOf(state).config.commands[executor.command];
    if (!argv)
      return `The repository names no command "${executor.command}": add it to .github/gatehouse.yml.`;
    return started(deps, { adapter: 'command', model: null }, { profile: null, argv, limits: {} });
  }
  const profile = profileIn(profiles, createdOf(state).roles, executor.role);
  if (!profile) return `There is no profile for the role "${executor.role}" in agents/.`;
  const script = settings.simulation ? join(settings.simulation, `${executor.role}.json`) : null;
  if (!settings.realAgents && script && !existsSync(script))
    return `The simulation has no script for the role: ${script} is missing.`;
  // An earlier version of Gatehouse chose nobody beforehand.
  const choice = run.choice ?? (await chooseAgent(deps, profile, { state, run }));
  if (typeof choice === 'string') return choice;
  return started(deps, choice, {
    profile,
    argv: settings.realAgents || !script ? [] : [script],
    limits: { wallMs: profile.budget.wallMs },
  });
}

/** The agent that was chosen, on this machine. */
async function started(
  deps: Deps,
  {
    adapter,
    model,
    provider = null,
  }: { adapter: string; model: string | null; provider?: string | null },
  rest: Pick<Chosen, 'profile' | 'argv' | 'limits'>,
): Promise<Chosen | string> {
  const named = provider === null ? model : `${provider}/${model}`;
  const candidate = candidateFor(deps, { adapter, model: named });
  if (typeof candidate === 'string') return `${adapter}: ${candidate}`;
  const probe = await probed(candidate.adapter, deps.clock.now());
  if (!probe.ok) return `${adapter}: ${probe.problem} ${probe.remediation}`;
  return { ...rest, ...candidate, version: probe.version };
}
