/** The gateway that a run's sandbox gets, if any: hosts for `prepare`; policy and a model for an agent. */
import { decide as decidePolicy } from '../../policy/decide.ts';
import { circumstancesOf, factsOf } from '../facts/circumstances.ts';
import type { Decide, OpenGateway } from '../ports/gateway.ts';
import { GATEWAY_ORIGIN } from '../ports/sandbox.ts';
import { type RunContext, runName } from './run-context.ts';
import { useSecret } from './use-secret.ts';
import { installs } from './workspace.ts';

type GatewayAccess = { gateway: OpenGateway; env: Record<string, string> };

export async function openGatewayAccess(
  context: RunContext,
  /** Answers an agent's questions; `null`: no agent runs here. */
  decide: Decide | null,
): Promise<GatewayAccess | null> {
  const { deps, run, chosen } = context;
  const { gateway, settings } = deps;
  const id = runName(context);
  if (decide) {
    const found = settings.models.get(chosen.adapter.name) ?? null;
    const model = found && {
      dialect: found.dialect,
      upstream: found.upstream,
      credential: await useSecret(context, found.secret),
    };
    const { input, cached, cacheWrite, output } = run.usage;
    // What was spent before it waited is spent.
    const spent = input + cached + cacheWrite + output;
    const tokens = chosen.profile?.budget.tokens ?? null;
    const tokenLimit = tokens === null ? null : Math.max(0, tokens - spent);
    return {
      gateway: await gateway.open({ run: id, model, hosts: [], tokenLimit, decide }),
      env: { GATEHOUSE_DECIDE: `${GATEWAY_ORIGIN}/decide` },
    };
  }
  if (!installs(context.folded.state, run)) return null;
  const hosts = await granted(context);
  return {
    gateway: await gateway.open({ run: id, model: null, hosts, tokenLimit: null, decide: null }),
    env: {
      ...settings.install.env,
      HTTP_PROXY: GATEWAY_ORIGIN,
      HTTPS_PROXY: GATEWAY_ORIGIN,
      http_proxy: GATEWAY_ORIGIN,
      https_proxy: GATEWAY_ORIGIN,
      NO_PROXY: 'localhost,127.0.0.1,::1',
      NODE_USE_ENV_PROXY: '1',
    },
  };
}

/** The hosts that policy lets this run reach, of those that installing needs. */
async function granted({ deps, folded, run }: RunContext): Promise<string[]> {
  const circumstances = await circumstancesOf(deps, folded.state, run);
  return deps.settings.install.hosts.filter(host => {
    const [name = '', port = '443'] = host.split(':');
    const facts = factsOf(circumstances, {
      action: 'net.connect',
      resource: { kind: 'host', name, port: Number(port) },
      context: { step: run.step, executor: 'command' },
    });
    return decidePolicy(circumstances.policies, facts).outcome === 'allow';
  });
}
