/** What `gatehouse replay --agent` works with: the log to read, a sandbox, and the agents' CLIs; no key of a model. */
import { join } from 'node:path';
import { createCommand } from '../../adapters/agents/command.ts';
import { createSimulated } from '../../adapters/agents/simulated.ts';
import type { OpenedReplay } from '../../cli/services.ts';
import type { ConfigResult } from '../../config/fault.ts';
import { TOOLS_FOLDER } from '../../config/folders.ts';
import type { Config, StoreConfig } from '../../config.ts';
import { redact } from '../../core/redaction/redact.ts';
import type { Dependencies } from '../../engine/dependencies.ts';
import type { GitHubFacts } from '../../engine/ports/github.ts';
import type { Logger } from '../../engine/ports/logger.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { AGENTS } from '../agents/agent-table.ts';
import { installedAgent } from '../agents/agents.ts';
import { loadRoles } from '../agents/roles.ts';
import { connect } from '../github/connect.ts';
import { gitNetwork } from '../machine/network.ts';
import { writePackageManagerFiles } from '../machine/package-manager-files.ts';
import { findToolchain } from '../machine/toolchain.ts';
import { createProcessHosts } from '../process-host/process-host.ts';
import { remoteSandbox } from '../process-host/remote-sandbox.ts';
import { remoteWorkspaces } from '../process-host/remote-workspaces.ts';
import { settingsOf } from '../settings/settings.ts';
import { openLog } from '../stores/open-log.ts';
import { createLogger } from '../telemetry/logger.ts';
import { redactionValues } from '../telemetry/redaction-values.ts';

/** `whole`: the settings with those of GitHub, which are needed only for a tree that is not here. */
export async function openReplay(
  config: StoreConfig,
  whole: ConfigResult<Config>,
): Promise<OpenedReplay> {
  await using opening = new AsyncDisposableStack();
  const opened = await openLog(config);
  opening.defer(opened.close);
  const { stateDir } = config;
  const hosts = createProcessHosts(
    {
      workspaces: { stateDir: join(stateDir, 'workspaces') },
      sandbox: { stateDir, toolsDir: TOOLS_FOLDER },
    },
    await gitNetwork(config.network, stateDir),
  );
  opening.defer(hosts.stop);
  const sandbox = remoteSandbox(hosts);
  const probe = await sandbox.probe();
  if (!probe.ok)
    throw new Error(`Without a sandbox no agent runs. ${probe.problem}\n  ${probe.remediation}`);
  const ours = redactionValues(whole.ok ? whole.config : config);
  const logger = createLogger('warn', ours, config.logFormat);
  const toolchain = await findToolchain(process.env, config);
  const { profiles, servers } = await loadRoles(config);
  const settings = settingsOf(
    config,
    toolchain,
    { servers, endpoints: [], web: '', console: null },
    { name: '', email: '' },
  );
  const files = await writePackageManagerFiles(stateDir, settings.install.registries);
  settings.toolchains.binds.push(...files);
  const parts = {
    workspaces: await remoteWorkspaces(hosts),
    sandbox,
    gateway: await createGateway({ stateDir, log: logger }),
    adapters: await adaptersOf(config),
    profiles: new Map(profiles.map(profile => [profile.name, profile])),
    settings,
    redact: (text: string) => redact(text, ours),
    clock: { now: () => new Date() },
    github: { facts: { remote: remotes(whole, logger) } },
  };
  const opens = opening.move();
  return Object.assign(parts, opened, { close: () => opens.disposeAsync() });
}

/** Every agent that there is a row for, installed or not: its adapter says so when it is asked. */
async function adaptersOf(config: StoreConfig): Promise<Dependencies['adapters']> {
  const agents = await Promise.all(AGENTS.map(row => installedAgent(config, row)));
  const real = agents.map(({ adapter }) => adapter);
  const adapters = [createCommand(), createSimulated(), ...real];
  return new Map(adapters.map(adapter => [adapter.name, adapter]));
}

/** GitHub is asked only for a commit that no mirror on this machine has. */
function remotes(whole: ConfigResult<Config>, logger: Logger): GitHubFacts['remote'] {
  const { host, protocol } = whole.ok
    ? whole.config.github
    : { host: null, protocol: 'https' as const };
  const connected = async () => {
    if (whole.ok) return connect(whole.config.github, logger);
    throw new Error(
      'the commit is not on this machine, and the settings to fetch it with are incomplete: `gatehouse doctor` lists what is missing',
    );
  };
  return async repository => ({
    url: `${protocol}://${host ?? 'github.com'}/${repository.owner}/${repository.name}.git`,
    token: async () => (await (await connected()).facts.remote(repository, 'read')).token(),
  });
}
