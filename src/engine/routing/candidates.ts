/** Who could work for a role, with the adapters and credentials that this process has. */
import type { Profile } from '../../core/profile.ts';
import { keyMissing, NOT_SWITCHED_ON, providerNamed } from '../../core/task/work/fallback.ts';
import type { Dependencies, ModelService, Settings } from '../dependencies.ts';
import type { AgentAdapter } from '../ports/agent.ts';

/** An adapter with the model that it would call, and where that answers; both `null` where it calls none. */
export type AgentCandidate = {
  adapter: AgentAdapter;
  model: string | null;
  service: ModelService | null;
};

/** One of the chain that can't work, and why. */
export type Skipped = { adapter: string; model: string | null; reason: string };

type Needs = Pick<Dependencies, 'adapters'> & {
  settings: Pick<Settings, 'realAgents' | 'models' | 'providers'>;
};

/** The chain of a role: simulated agents stand in for all of it until real ones are switched on. */
const chainOf = (
  { settings }: Pick<Needs, 'settings'>,
  profile: Pick<Profile, 'chain'>,
): Profile['chain'] =>
  settings.realAgents ? profile.chain : [{ adapter: 'simulated', model: null }];

/** The chain in its order: each as a candidate, or why it is none. */
export function candidatesOf(
  deps: Needs,
  profile: Pick<Profile, 'chain'>,
): { candidates: AgentCandidate[]; skipped: Skipped[] } {
  const candidates: AgentCandidate[] = [];
  const skipped: Skipped[] = [];
  for (const item of chainOf(deps, profile)) {
    const candidate = candidateFor(deps, item);
    if (typeof candidate === 'string') skipped.push({ ...item, reason: candidate });
    else candidates.push(candidate);
  }
  return { candidates, skipped };
}

/** A string says why this one of a chain can't work. */
export function candidateFor(
  { adapters, settings }: Needs,
  { adapter: name, model }: Profile['chain'][number],
): AgentCandidate | string {
  const adapter = adapters.get(name);
  if (!adapter) return NOT_SWITCHED_ON;
  const services = settings.models.get(name) ?? [];
  const named = services.find(({ provider }) => model?.startsWith(`${provider}/`));
  const service = named ?? services[0] ?? null;
  if (service === null) return { adapter, model: null, service };
  // Of an endpoint whose models the operator names, that may be the name itself.
  const isNamedElsewhere = !named && settings.providers.has(providerNamed(model));
  if (isNamedElsewhere && adapter.defaultModel(service.dialect) !== null) return keyMissing(model);
  const called = named
    ? (model?.slice(named.provider.length + 1) ?? null)
    : (model ?? adapter.defaultModel(service.dialect));
  if (called === null)
    return `The file of its role names no model, and ${service.provider} has no usual one: name one there, as in \`model: ${service.provider}/NAME\`.`;
  return { adapter, model: called, service };
}
