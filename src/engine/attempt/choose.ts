/** Who executes a run: the adapter, its version, and what it is started with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../../core/profile.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state.ts';
import { type AgentCandidate, candidateFor, chainOf } from '../agent-candidates.ts';
import type { Dependencies, ModelService } from '../dependencies.ts';
import type { AgentAdapter } from '../ports/agent.ts';
import type { Limits } from '../ports/sandbox.ts';

export type Chosen = {
  adapter: AgentAdapter;
  version: string;
  profile: Profile | null;
  model: string | null;
  /** Where the model answers; `null`: none is called. */
  service: ModelService | null;
  argv: string[];
  limits: Partial<Limits>;
};

/** A string says why nobody can execute it: asked before any spend. */
export async function choose(
  deps: Pick<Dependencies, 'adapters' | 'profiles' | 'settings'>,
  state: TaskState,
  run: Run,
): Promise<Chosen | string> {
  const { profiles, settings } = deps;
  const { executor } = run;
  if (executor.kind === 'builtin') return 'A built-in step has no agent.';
  if (executor.kind === 'command') {
    const argv = createdOf(state).config.commands[executor.command];
    if (!argv)
      return `The repository names no command "${executor.command}": add it to .github/gatehouse.yml.`;
    const command = [{ adapter: 'command', model: null }];
    return probed(deps, command, { profile: null, argv, limits: {} });
  }
  const profile = profiles.get(executor.role);
  if (!profile) return `There is no profile for the role "${executor.role}" in agents/.`;
  const script = settings.simulation ? join(settings.simulation, `${executor.role}.json`) : null;
  if (!settings.realAgents && script && !existsSync(script))
    return `The simulation has no script for the role: ${script} is missing.`;
  return probed(deps, chainOf(deps, profile), {
    profile,
    argv: settings.realAgents || !script ? [] : [script],
    limits: { wallMs: profile.budget.wallMs },
  });
}

/** The first of the chain that is there, in the version we know. */
async function probed(
  deps: Pick<Dependencies, 'adapters' | 'settings'>,
  chain: Profile['chain'],
  rest: Omit<Chosen, keyof AgentCandidate | 'version'>,
): Promise<Chosen | string> {
  const problems: string[] = [];
  for (const item of chain) {
    const candidate = candidateFor(deps, item);
    if (typeof candidate === 'string') {
      problems.push(candidate);
      continue;
    }
    const probe = await candidate.adapter.probe();
    if (probe.ok) return { ...rest, ...candidate, version: probe.version };
    problems.push(`${item.adapter}: ${probe.problem} ${probe.remediation}`);
  }
  return problems.join('; ');
}
