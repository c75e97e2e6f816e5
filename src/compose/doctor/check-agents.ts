/** The agents on this machine: is the CLI of each there, is there a credential, and does its model answer? */

import { createPrices } from '../../adapters/prices/prices.ts';
import type { StoreConfig } from '../../config.ts';
import type { Profile } from '../../core/profile.ts';
import { redact } from '../../core/redaction/redact.ts';
import { keyMissing, providerNamed } from '../../core/task/work/fallback.ts';
import type { ModelService } from '../../engine/dependencies.ts';
import { loadDeployed } from '../../engine/policies/on-disk.ts';
import type { AgentAdapter } from '../../engine/ports/agent.ts';
import type { AgentCheck, AgentsChecked } from '../../engine/ports/doctor.ts';
import { type SecretPlace, SecretUnavailable } from '../../engine/ports/secrets.ts';
import { candidateFor } from '../../engine/routing/candidates.ts';
import { unheldByDeployment } from '../../engine/spending/unpriced.ts';
import { callOnce, type NoAnswer } from '../../gateway/call-once.ts';
import { AGENTS, type Agent } from '../agents/agent-table.ts';
import { installedAgent, modelsOf } from '../agents/agents.ts';
import { PROVIDERS } from '../agents/providers.ts';
import { reviewsItself } from '../agents/reviews-itself.ts';
import { loadRoles } from '../agents/roles.ts';
import { useNetwork } from '../machine/network.ts';
import { secretsOf } from '../settings/secrets.ts';
import { redactionValues } from '../telemetry/redaction-values.ts';

type Tables = Parameters<typeof modelsOf>[1];

/** `live`: the model of each agent that has a credential answers with one token, which costs that. */
export async function checkAgents(
  config: StoreConfig,
  { live }: { live: boolean },
  tables: Tables = { agents: AGENTS, providers: PROVIDERS },
): Promise<AgentsChecked> {
  useNetwork(config.network);
  const ours = redactionValues(config);
  const secrets = secretsOf(config, ours, tables.providers);
  const models = modelsOf(config, tables);
  const faults = await faultsOf(secrets, [...models.values()].flat());
  const look = (agent: Agent) =>
    lookAt(config, agent, { services: models.get(agent.adapter) ?? [], secrets, faults, live });
  const looked = await Promise.all(tables.agents.map(look));
  const agents = looked.map(({ check }) => check);
  const profiles = config.realAgents ? (await loadRoles(config)).profiles : [];
  const providers = new Set(tables.providers.map(({ name }) => name));
  const settings = { realAgents: config.realAgents, models, providers, budgets: config.budgets };
  const adapters = new Map(looked.map(({ adapter }) => [adapter.name, adapter]));
  const namesAnother = (link: Link) =>
    candidateFor({ adapters, settings }, link) === keyMissing(link.model);
  const roles = profiles.flatMap(profile => roleWithout(profile, looked, namesAnother) ?? []);
  const ready = looked.filter(({ check }) => check.state === 'ready');
  const here = {
    adapters: new Map(ready.map(({ adapter }) => [adapter.name, adapter])),
    prices: createPrices(config.prices),
    settings,
  };
  // What is wrong with the policies themselves is another check's to say.
  const policies = await loadDeployed(config.policies);
  const warnings = [
    unheldByDeployment(here, profiles),
    policies.ok ? reviewsItself(policies.set, here, profiles) : null,
  ].filter(warning => warning !== null);
  const shown = agents.map(agent => ({
    ...agent,
    problem: agent.problem && redact(agent.problem, ours),
    call: agent.call && redact(agent.call, ours),
  }));
  return {
    ok: roles.length === 0 && agents.every(({ state }) => state !== 'broken'),
    mode: config.realAgents ? 'real' : 'simulated',
    agents: shown,
    roles,
    warnings,
  };
}

type Credentials = {
  services: readonly ModelService[];
  secrets: ReadonlyMap<string, SecretPlace>;
  /** Why a credential can't be used, by its name. */
  faults: ReadonlyMap<string, Unusable>;
  live: boolean;
};

type Unusable = { problem: string; remediation: string };

/** Each credential is read once, however many agents may use it. */
async function faultsOf(
  secrets: ReadonlyMap<string, SecretPlace>,
  services: readonly ModelService[],
): Promise<ReadonlyMap<string, Unusable>> {
  const names = new Set(services.flatMap(({ secret }) => secret ?? []));
  const read = [...names].map(async (name): Promise<[string, Unusable][]> => {
    try {
      await secrets.get(name)?.read();
      return [];
    } catch (error) {
      if (!(error instanceof SecretUnavailable)) throw error;
      return [[name, { problem: error.message, remediation: error.remediation }]];
    }
  });
  return new Map((await Promise.all(read)).flat());
}

/** `unnamed`: the provider whose models a role has to name, because the agent knows none of them. */
type Looked = {
  check: AgentCheck;
  adapter: AgentAdapter;
  unnamed: string | null;
  /** Why none of its credentials can be used; `null`: one can, or it has none. */
  unusable: Unusable | null;
};

async function lookAt(config: StoreConfig, agent: Agent, of: Credentials): Promise<Looked> {
  const installed = await installedAgent(config, agent);
  const faultOf = ({ secret }: ModelService) => (secret && of.faults.get(secret)) || null;
  const [service = of.services[0]] = of.services.filter(each => faultOf(each) === null);
  const isNamed = !service || installed.adapter.defaultModel(service.dialect) !== null;
  return {
    check: await checkAgent(agent, installed, of),
    adapter: installed.adapter,
    unnamed: isNamed ? null : service.provider,
    unusable: service ? faultOf(service) : null,
  };
}

async function checkAgent(
  agent: Agent,
  { npm, adapter, isInstalled }: Awaited<ReturnType<typeof installedAgent>>,
  { services, secrets, faults, live }: Credentials,
): Promise<AgentCheck> {
  const probe = isInstalled ? await adapter.probe() : null;
  const base = {
    adapter: agent.adapter,
    installed: isInstalled,
    version: probe?.ok ? probe.version : null,
    pinned: npm?.cli.version ?? null,
    oldest: npm?.cli.oldest ?? null,
    // A provider with two APIs is two services.
    credentials: [
      ...new Set(
        services.map(({ provider, secret }) => {
          if (secret === null) return `${provider}, which needs none`;
          const unusable = faults.has(secret) ? ", which can't be used" : '';
          return `${provider} from ${secret}${unusable}`;
        }),
      ),
    ],
    call: null,
    problem: null,
    remediation: null,
  };
  if (probe && !probe.ok)
    return {
      ...base,
      state: 'broken',
      problem: probe.problem,
      remediation: `gatehouse agents install ${agent.adapter}`,
    };
  const [service] = services.filter(({ secret }) => secret === null || !faults.has(secret));
  if (!live || !service) return { ...base, state: probe && service ? 'ready' : 'unused' };
  const model = adapter.defaultModel(service.dialect);
  const fault = model === null ? null : await whyNoAnswer(service, model, secrets);
  if (fault === null)
    return { ...base, state: probe ? 'ready' : 'unused', call: model && `${model} answers` };
  return {
    ...base,
    state: 'broken',
    call: 'no answer',
    problem: `${model} of ${service.provider} does not answer: ${fault.why}`,
    remediation: remediationFor(fault, service),
  };
}

function remediationFor({ by }: NoAnswer, { secret, upstream }: ModelService): string {
  if (by === 'credential' && secret !== null) return `Correct ${secret}.`;
  if (by === 'connection')
    return `See that this machine reaches ${new URL(upstream).origin}, or correct the provider's address.`;
  return `See what the provider says; if it goes on, correct ${secret ?? 'its model'} or the provider's address.`;
}

async function whyNoAnswer(
  service: ModelService,
  model: string,
  secrets: ReadonlyMap<string, SecretPlace>,
): Promise<NoAnswer | null> {
  try {
    const credential = service.secret && (await secrets.get(service.secret)?.read());
    return await callOnce(service, model, credential ?? null);
  } catch (error) {
    // The credential could not be read.
    return { by: 'credential', why: error instanceof Error ? error.message : String(error) };
  }
}

type Link = Profile['chain'][number];

/** A role that no agent is ready for, with what brings it nearest to one; `null`: it has one. */
function roleWithout(
  { name, chain }: Profile,
  looked: readonly Looked[],
  /** Whether it names the model of a provider that there is no credential for. */
  namesAnother: (link: Link) => boolean,
): AgentsChecked['roles'][number] | null {
  const named = chain.flatMap(({ adapter, model }) => {
    const found = looked.find(({ check }) => check.adapter === adapter);
    if (!found || namesAnother({ adapter, model })) return [];
    const { check, unusable } = found;
    return [{ ...check, unusable, unnamed: model === null ? found.unnamed : null }];
  });
  const usable = named.filter(({ unnamed }) => unnamed === null);
  if (usable.some(({ state }) => state === 'ready')) return null;
  // Whoever has a key of one provider is not told of the others' agents.
  const callable = usable.find(
    ({ credentials, unusable }) => credentials.length > 0 && unusable === null,
  );
  if (callable)
    return {
      role: name,
      problem: `${callable.adapter} has a credential and ${callable.installed ? 'does not work' : 'is not installed'}`,
      remediation: callable.remediation ?? `gatehouse agents install ${callable.adapter}`,
    };
  const unusable = usable.find(({ unusable }) => unusable !== null)?.unusable;
  if (unusable) return { role: name, ...unusable };
  const provider = named.find(({ unnamed }) => unnamed !== null)?.unnamed;
  if (provider)
    return {
      role: name,
      problem: `no agent of its chain names a model of ${provider}`,
      remediation: `Name one in the role's file, such as \`chain: [{ adapter: api, model: ${provider}/qwen3-coder }]\`: docs/agents.md.`,
    };
  const elsewhere = chain.find(namesAnother);
  if (elsewhere) {
    const { adapter, model } = elsewhere;
    return {
      role: name,
      problem: `${adapter} has a credential, and none of ${providerNamed(model)}, whose model ${model} its chain names`,
      remediation: `Set the key of ${providerNamed(model)}, or name another model in the role's file: docs/agents.md.`,
    };
  }
  return {
    role: name,
    problem: 'no agent of its chain has a credential',
    remediation: 'Set the key of a provider that one of its agents can call: docs/agents.md.',
  };
}
