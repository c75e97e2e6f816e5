/** Who could work for a role, on this machine and with the credentials that there are. */
import type { Profile } from '../core/profile.ts';
import type { Dependencies, ModelService } from './dependencies.ts';
import type { AgentAdapter } from './ports/agent.ts';

/** An adapter with the model that it would call, and where that answers; both `null` where it calls none. */
export type AgentCandidate = {
  adapter: AgentAdapter;
  model: string | null;
  service: ModelService | null;
};

/** The chain of a role: simulated agents stand in for all of it until real ones are switched on. */
export const chainOf = (
  { settings }: Pick<Dependencies, 'settings'>,
  profile: Pick<Profile, 'chain'>,
): Profile['chain'] =>
  settings.realAgents ? profile.chain : [{ adapter: 'simulated', model: null }];

/** A string says why this one of the chain can't work. */
export function candidateFor(
  { adapters, settings }: Pick<Dependencies, 'adapters' | 'settings'>,
  { adapter: name, model }: Profile['chain'][number],
): AgentCandidate | string {
  const adapter = adapters.get(name);
  if (!adapter) return `${name}: not switched on`;
  const services = settings.models.get(name) ?? [];
  const named = services.find(({ provider }) => model?.startsWith(`${provider}/`));
  const service = named ?? services[0] ?? null;
  if (service === null) return { adapter, model: null, service };
  const called = named
    ? (model?.slice(named.provider.length + 1) ?? null)
    : (model ?? adapter.defaultModel(service.dialect));
  if (called === null)
    return `${name}: the profile names no model, and it has no default for ${service.provider}`;
  return { adapter, model: called, service };
}
