/** The MCP servers of a run: those of the deployment that its role names. */
import type { Profile } from '../../../core/profile.ts';
import { decide } from '../../../policy/decide.ts';
import type { McpServerSettings, Settings } from '../../dependencies.ts';
import { circumstancesOf, factsOf } from '../../facts/circumstances.ts';
import type { McpServer } from '../../ports/agent.ts';
import type { McpRoute } from '../../ports/gateway.ts';
import type { RunContext } from '../run-context.ts';
import { useSecret } from './use-secret.ts';

/** As its CLI is told of them: nothing of how the gateway reaches one. */
export const serversOf = (
  settings: Pick<Settings, 'mcp'>,
  profile: Pick<Profile, 'mcp'>,
): McpServer[] =>
  named(settings, profile).map(server => {
    const { name } = server;
    if (server.kind === 'http') return { name, kind: 'http' };
    const { command, args, env } = server;
    return { name, kind: 'stdio', command, args, env };
  });

/** Those that the gateway reaches. A role that names a server may connect to it, unless policy forbids the host. */
export async function mcpRoutes(context: RunContext): Promise<McpRoute[]> {
  const { deps, chosen, folded, run } = context;
  const servers = chosen.profile ? named(deps.settings, chosen.profile) : [];
  const reached = servers.flatMap(server => (server.kind === 'http' ? [server] : []));
  if (reached.length === 0) return [];
  const { policies, subject, ...shared } = await circumstancesOf(deps, folded.state, run);
  const routes: McpRoute[] = [];
  for (const { name, url: upstream, credential } of reached) {
    const { protocol, hostname, port } = new URL(upstream);
    const own = {
      action: 'net.connect' as const,
      resource: {
        kind: 'host' as const,
        name: hostname,
        port: Number(port) || (protocol === 'http:' ? 80 : 443),
      },
      context: { step: run.step, executor: 'agent' as const },
    };
    const granted = {
      ...subject,
      hosts: [...subject.hosts, `${own.resource.name}:${own.resource.port}`],
    };
    const facts = factsOf({ ...shared, policies, subject: granted }, own);
    const { outcome, policies: by, reasons } = decide(policies, facts);
    const refusal = outcome === 'allow' || by.length === 0 ? null : reasons.join(' ');
    routes.push({
      name,
      upstream,
      credential:
        credential && refusal === null
          ? { header: credential.header, read: await useSecret(context, credential.secret) }
          : null,
      refusal,
    });
  }
  return routes;
}

/** Each once, whichever tools of it the role names. */
function named({ mcp }: Pick<Settings, 'mcp'>, profile: Pick<Profile, 'mcp'>): McpServerSettings[] {
  const names = new Set(profile.mcp.map(grant => grant.split('/')[0] ?? ''));
  return [...names].flatMap(name => mcp.get(name) ?? []);
}
