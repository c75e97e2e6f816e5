/** The agents on this machine: is the CLI of each there, is there a credential, and does its model answer? */

import { createPrices } from '../adapters/prices/prices.ts';
import type { StoreConfig } from '../config.ts';
import type { Profile } from '../core/profile.ts';
import { redact } from '../core/redact.ts';
import type { ModelService } from '../engine/dependencies.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { AgentCheck, AgentsChecked } from '../engine/ports/doctor.ts';
import type { SecretPlace } from '../engine/ports/secrets.ts';
import { unheldByDeployment } from '../engine/spending/unpriced.ts';
import { callOnce, type NoAnswer } from '../gateway/call-once.ts';
import { AGENTS, type Agent } from './agent-table.ts';
import { installedAgent, modelsOf } from './agents.ts';
import { useNetwork } from './network.ts';
import { PROVIDERS } from './providers.ts';
import { redactionValues } from './redaction-values.ts';
import { loadRoles } from './roles.ts';
import { secretsOf } from './secrets.ts';

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
  const look = (agent: Agent) =>
    lookAt(config, agent, { services: models.get(agent.adapter) ?? [], secrets, live });
  const looked = await Promise.all(tables.agents.map(look));
  const agents = looked.map(({ check }) => check);
  const profiles = config.realAgents ? (await loadRoles(config)).profiles : [];
  const roles = profiles.flatMap(profile => roleWithout(profile, looked) ?? []);
  const ready = looked.filter(({ check }) => check.state === 'ready');
  const unheld = unheldByDeployment(
    {
      adapters: new Map(ready.map(({ adapter }) => [adapter.name, adapter])),
      prices: createPrices(config.prices),
      settings: { realAgents: config.realAgents, models, budgets: config.budgets },
    },
    profiles,
  );
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
    warnings: unheld === null ? [] : [unheld],
  };
}

type Credentials = {
  services: readonly ModelService[];
  secrets: ReadonlyMap<string, SecretPlace>;
  live: boolean;
};

/** `unnamed`: the provider whose models a role has to name, because the agent knows none of them. */
type Looked = { check: AgentCheck; adapter: AgentAdapter; unnamed: string | null };

async function lookAt(config: StoreConfig, agent: Agent, of: Credentials): Promise<Looked> {
  const installed = await installedAgent(config, agent);
  const [service] = of.services;
  const isNamed = !service || installed.adapter.defaultModel(service.dialect) !== null;
  return {
    check: await checkAgent(agent, installed, of),
    adapter: installed.adapter,
    unnamed: isNamed ? null : service.provider,
  };
}

async function checkAgent(
  agent: Agent,
  { cli, adapter, isInstalled }: Awaited<ReturnType<typeof installedAgent>>,
  { services, secrets, live }: Credentials,
): Promise<AgentCheck> {
  const probe = isInstalled ? await adapter.probe() : null;
  const base = {
    adapter: agent.adapter,
    version: probe?.ok ? probe.version : null,
    pinned: cli?.version ?? null,
    oldest: cli?.oldest ?? null,
    // A provider with two APIs is two services.
    credentials: [
      ...new Set(
        services.map(({ provider, secret }) =>
          secret === null ? `${provider}, which needs none` : `${provider} from ${secret}`,
        ),
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
  const [service] = services;
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

/** A role that no agent is ready for, with what brings it nearest to one; `null`: it has one. */
function roleWithout(
  { name, chain }: Profile,
  looked: readonly Looked[],
): AgentsChecked['roles'][number] | null {
  const named = chain.flatMap(({ adapter, model }) => {
    const found = looked.find(({ check }) => check.adapter === adapter);
    return found ? [{ ...found.check, unnamed: model === null ? found.unnamed : null }] : [];
  });
  const usable = named.filter(({ unnamed }) => unnamed === null);
  if (usable.some(({ state }) => state === 'ready')) return null;
  // Whoever has a key of one provider is not told of the others' agents.
  const callable = usable.find(({ credentials }) => credentials.length > 0);
  if (callable)
    return {
      role: name,
      problem: `${callable.adapter} has a credential and ${callable.version === null ? 'is not installed' : 'does not work'}`,
      remediation: `gatehouse agents install ${callable.adapter}`,
    };
  const provider = named.find(({ unnamed }) => unnamed !== null)?.unnamed;
  if (provider)
    return {
      role: name,
      problem: `no agent of its chain names a model of ${provider}`,
      remediation: `Name one in the role's file, such as \`chain: [{ adapter: api, model: ${provider}/qwen3-coder }]\`: docs/agents.md.`,
    };
  return {
    role: name,
    problem: 'no agent of its chain has a credential',
    remediation: 'Set the key of a provider that one of its agents can call: docs/agents.md.',
  };
}
