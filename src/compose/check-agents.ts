/** The agents on this machine: is the CLI of each there, is there a credential, and does its model answer? */

import type { StoreConfig } from '../config.ts';
import type { Profile } from '../core/profile.ts';
import { redact } from '../core/redact.ts';
import type { ModelService } from '../engine/dependencies.ts';
import type { AgentCheck, AgentsChecked } from '../engine/ports/doctor.ts';
import type { SecretPlace } from '../engine/ports/secrets.ts';
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
    checkAgent(config, agent, { services: models.get(agent.adapter) ?? [], secrets, live });
  const agents = await Promise.all(tables.agents.map(look));
  const roles = config.realAgents
    ? (await loadRoles(config)).profiles.flatMap(profile => roleWithout(profile, agents) ?? [])
    : [];
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
  };
}

async function checkAgent(
  config: StoreConfig,
  agent: Agent,
  of: {
    services: readonly ModelService[];
    secrets: ReadonlyMap<string, SecretPlace>;
    live: boolean;
  },
): Promise<AgentCheck> {
  const { services, secrets, live } = of;
  const { cli, adapter, isInstalled } = await installedAgent(config, agent);
  const probe = isInstalled ? await adapter.probe() : null;
  const base = {
    adapter: agent.adapter,
    version: probe?.ok ? probe.version : null,
    pinned: cli?.version ?? null,
    oldest: cli?.oldest ?? null,
    credentials: services.map(({ provider, secret }) =>
      secret === null ? `${provider}, which needs none` : `${provider} from ${secret}`,
    ),
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

/** A role that no agent is ready for, with the command that brings it nearest to one; `null`: it has one. */
function roleWithout(
  { name, chain }: Profile,
  agents: readonly AgentCheck[],
): AgentsChecked['roles'][number] | null {
  const named = chain.flatMap(item => agents.find(({ adapter }) => adapter === item.adapter) ?? []);
  if (named.some(({ state }) => state === 'ready')) return null;
  // Whoever has a key of one provider is not told of the others' agents.
  const callable = named.find(({ credentials }) => credentials.length > 0);
  return {
    role: name,
    problem: callable
      ? `${callable.adapter} has a credential and is not installed, or broken`
      : 'no agent of its chain has a credential',
    remediation: callable
      ? `gatehouse agents install ${callable.adapter}`
      : 'Set the key of a provider that one of its agents can call: docs/agents.md.',
  };
}
