/** The gateway that a run's sandbox gets, if any: hosts for `prepare`; policy and a model for an agent. */
import { createdOf } from '../../../core/task/state/state.ts';
import { decide as decidePolicy } from '../../../policy/decide.ts';
import {
  registryEnv,
  registryName,
  scopeEnv,
  scopesEnv,
} from '../../../toolchain/own-registries.ts';
import {
  type InstallSource,
  OFFLINE_ENV,
  proxyEnv,
  sourcesOf,
} from '../../../toolchain/registries.ts';
import { circumstancesOf, factsOf } from '../../facts/circumstances.ts';
import type {
  BackgroundAnswers,
  EndedCall,
  OpenGateway,
  RecordExchange,
  RegistryRoute,
} from '../../ports/gateway.ts';
import { GATEWAY_ORIGIN } from '../../ports/sandbox.ts';
import type { Act } from '../asking/act.ts';
import { type RunContext, runName } from '../run-context.ts';
import { installs } from '../workspace.ts';
import { mcpRoutes } from './mcp-servers.ts';
import { npmNeeds } from './npm-needs.ts';
import { useSecret } from './use-secret.ts';

export type GatewayAccess = { gateway: OpenGateway; env: Record<string, string> };

export async function openGatewayAccess(
  context: RunContext,
  /** Answers what the agent wants to do; `null`: no agent runs here. */
  act: Act | null,
  record: RecordExchange | null,
  background: BackgroundAnswers | null,
): Promise<GatewayAccess | null> {
  const { deps, chosen, spending } = context;
  const { gateway, settings } = deps;
  const id = runName(context);
  if (act) {
    const { service } = chosen;
    const model = service && {
      dialect: service.dialect,
      upstream: service.upstream,
      credential: service.secret === null ? null : await useSecret(context, service.secret),
      mayCall: (name: string) => act.mayCall({ provider: service.provider, model: name }),
    };
    return {
      gateway: await gateway.open({
        run: id,
        model,
        record,
        background,
        called: service && callsOf(context, service.provider),
        hosts: [],
        mayConnect: act.mayConnect,
        registries: [],
        mcp: await mcpRoutes(context),
        budget: service && spending.budgetFor(service.provider),
        decide: act.decide,
      }),
      env: Object.assign(
        { GATEHOUSE_DECIDE: `${GATEWAY_ORIGIN}/decide` },
        // Where nothing is reached, a tool that is told of a proxy only fails in another way.
        act.reachesHosts ? proxyEnv(GATEWAY_ORIGIN) : OFFLINE_ENV,
      ),
    };
  }
  if (!installs(context.folded.state, context.run)) return null;
  const { scopes, npmrc } = await npmNeeds(context);
  const sources = await grantedSources(context, scopes);
  const own = sources.filter(source => source.by === 'gateway');
  const registries: RegistryRoute[] = [];
  for (const { ecosystem, scope, own: registry } of own)
    registries.push({
      name: registryName(ecosystem),
      scope,
      except: ecosystem === 'npm' && scope === null ? [...settings.install.scopes.keys()] : [],
      upstream: registry.url,
      paths: registry.paths,
      redirectsTo: sources
        .filter(other => other.by === 'redirect' && sameRegistry(other, { ecosystem, scope }))
        .map(({ host }) => host),
      credential: registry.secret === null ? null : await useSecret(context, registry.secret),
    });
  const npm = own.find(source => sameRegistry(source, { ecosystem: 'npm', scope: null }));
  const hosts = sources.filter(({ by }) => by === 'sandbox').map(({ host }) => host);
  const none = {
    model: null,
    mayConnect: null,
    record: null,
    background: null,
    called: null,
    budget: null,
    decide: null,
    mcp: [],
  };
  return {
    gateway: await gateway.open({ ...none, run: id, hosts, registries }),
    env: Object.assign(
      { ...settings.install.npm.env },
      proxyEnv(GATEWAY_ORIGIN),
      ...own.map(({ ecosystem, scope, own }) =>
        scope === null ? registryEnv(ecosystem, own) : {},
      ),
      ...(npm ? npmrc.map(text => scopesEnv(text, npm.own)) : []),
      ...own.map(({ scope, own }) => (scope === null ? {} : scopeEnv(scope, own))),
    ),
  };
}

type Registry = Pick<InstallSource, 'ecosystem' | 'scope'>;

const sameRegistry = (one: Registry, other: Registry): boolean =>
  one.ecosystem === other.ecosystem && one.scope === other.scope;

const callsOf =
  ({ deps, task, run }: RunContext, provider: string) =>
  ({ end, ...call }: EndedCall): void =>
    deps.observe({
      type: 'model_called',
      task,
      run: run.id,
      provider,
      ...call,
      nanoUsd: deps.prices.priceOf({ provider, name: call.model }, call.usage),
      end: end === 'answered' ? end : end.class,
    });

/** What policy lets this run reach, of what installing needs. */
async function grantedSources(
  { deps, folded, run }: RunContext,
  scopes: readonly string[],
): Promise<InstallSource[]> {
  const circumstances = await circumstancesOf(deps, folded.state, run);
  const { ecosystems } = createdOf(folded.state).toolchain;
  return sourcesOf(ecosystems, deps.settings.install, scopes).filter(({ host }) => {
    const { hostname: name, port } = new URL(`tcp://${host}`);
    const facts = factsOf(circumstances, {
      action: 'net.connect',
      resource: { kind: 'host', name, port: Number(port) },
      context: { step: run.step, executor: 'command' },
    });
    return decidePolicy(circumstances.policies, facts).outcome === 'allow';
  });
}
