/** The roles of the deployment, with the MCP servers that they name: read together, and refused together. */
import { readFile } from 'node:fs/promises';
import { loadProfiles } from '../../adapters/agents/profiles.ts';
import type { KeptSecret } from '../../config/kept-secret.ts';
import { type McpServerConfig, McpServersFile, mcpServerOf } from '../../config/mcp-servers.ts';
import type { StoreConfig } from '../../config.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Profile } from '../../core/profile.ts';
import { redact } from '../../core/redaction/redact.ts';
import type { McpServerSettings, Settings } from '../../engine/dependencies.ts';
import { parseYaml } from '../../engine/policies/yaml-text.ts';
import { faultLine } from '../../policy/fault.ts';

export type Roles = { profiles: Profile[]; servers: McpServerConfig[] };

/** Throws one error that lists every fault. */
export async function loadRoles(config: Pick<StoreConfig, 'agents' | 'mcp'>): Promise<Roles> {
  const [profiles, servers] = await Promise.all([
    loadProfiles(config.agents),
    loadMcpServers(config.mcp),
  ]);
  const known = servers.map(({ name }) => name);
  const where = config.mcp ?? 'GATEHOUSE_MCP, which is not set';
  const faults = profiles.flatMap(({ name, mcp }) =>
    mcp
      .map(grant => grant.split('/')[0] ?? '')
      .filter(server => !known.includes(server))
      .map(
        server =>
          `${config.agents}/${name}.md: mcp: "${server}" is no server of ${where}${didYouMean(server, known)}`,
      ),
  );
  if (faults.length > 0) throw new Error(`agent profiles are wrong:\n${faults.join('\n')}`);
  return { profiles, servers };
}

export async function loadMcpServers(file: string | null): Promise<McpServerConfig[]> {
  if (file === null) return [];
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`The file of MCP servers can't be read: ${error.message}`);
  });
  const wrong = (faults: string[]) =>
    new Error(`The file of MCP servers is wrong:\n${faults.join('\n')}`);
  const read = parseYaml(file, text, McpServersFile);
  if (!read.ok) throw wrong(read.faults.map(faultLine));
  const servers = Object.entries(read.value).map(([name, given]) => mcpServerOf(name, given));
  const faults = servers.flatMap(server => {
    if (server.kind === 'http') return [];
    const words = [...server.args, ...Object.values(server.env)];
    if (words.every(word => redact(word) === word)) return [];
    const place = read.placeOf([server.name]);
    const message = `${server.name}: holds what looks like a secret, and a server in the sandbox gets none: reach it by \`url\``;
    return [faultLine({ file, ...place, message })];
  });
  if (faults.length > 0) throw wrong(faults);
  return servers;
}

/** The credentials that the gateway adds. */
export const secretsOfServers = (servers: readonly McpServerConfig[]): KeptSecret[] =>
  servers.flatMap(server => (server.kind === 'http' && server.secret ? [server.secret] : []));

export const mcpSettings = (servers: readonly McpServerConfig[]): Settings['mcp'] =>
  new Map(servers.map(server => [server.name, settingsOf(server)]));

function settingsOf(server: McpServerConfig): McpServerSettings {
  if (server.kind === 'stdio') return server;
  const { name, kind, url, header, secret } = server;
  return { name, kind, url, credential: secret && { header, secret: secret.name } };
}
