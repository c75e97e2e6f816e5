/** Who executes a run: the adapter, its version, and what it is started with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../../core/profile.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { AgentAdapter } from '../ports/agent.ts';
import type { Limits } from '../ports/sandbox.ts';

export type Chosen = {
  adapter: AgentAdapter;
  version: string;
  profile: Profile | null;
  model: string | null;
  argv: string[];
  limits: Partial<Limits>;
};

/** A string says why nobody can execute it: asked before any spend. */
export async function choose(
  { adapters, profiles, settings }: Pick<Dependencies, 'adapters' | 'profiles' | 'settings'>,
  state: TaskState,
  run: Run,
): Promise<Chosen | string> {
  const { executor } = run;
  if (executor.kind === 'builtin') return 'A built-in step has no agent.';
  if (executor.kind === 'command') {
    const argv = createdOf(state).config.commands[executor.command];
    if (!argv)
      return `The repository names no command "${executor.command}": add it to .github/gatehouse.yml.`;
    return probed(adapters, ['command'], { profile: null, model: null, argv, limits: {} });
  }
  const profile = profiles.get(executor.role);
  if (!profile) return `There is no profile for the role "${executor.role}" in agents/.`;
  const chain = settings.realAgents ? profile.adapters : ['simulated'];
  const script = settings.simulation ? join(settings.simulation, `${executor.role}.json`) : null;
  if (!settings.realAgents && script && !existsSync(script))
    return `The simulation has no script for the role: ${script} is missing.`;
  return probed(adapters, chain, {
    profile,
    model: profile.model,
    argv: settings.realAgents || !script ? [] : [script],
    limits: { wallMs: profile.budget.wallMs },
  });
}

/** The first of the chain that is there, in the version we know. */
async function probed(
  adapters: Dependencies['adapters'],
  chain: string[],
  rest: Omit<Chosen, 'adapter' | 'version'>,
): Promise<Chosen | string> {
  const problems: string[] = [];
  for (const name of chain) {
    const adapter = adapters.get(name);
    if (!adapter) {
      problems.push(`${name}: not switched on`);
      continue;
    }
    const probe = await adapter.probe();
    if (probe.ok)
      return {
        ...rest,
        adapter,
        model: rest.model ?? adapter.defaultModel,
        version: probe.version,
      };
    problems.push(`${name}: ${probe.problem} ${probe.remediation}`);
  }
  return problems.join('; ');
}
