/** The engine's settings and adapters, from the configuration and the machine. */
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { createCodex } from '../adapters/agents/codex/codex.ts';
import { createCommand } from '../adapters/agents/command.ts';
import { ensureCodex } from '../adapters/agents/install.ts';
import { createSimulated } from '../adapters/agents/simulated.ts';
import type { Toolchain } from '../adapters/toolchain/detect.ts';
import type { Config } from '../config.ts';
import type { Dependencies, Settings } from '../engine/dependencies.ts';
import type { Logger } from '../engine/ports/logger.ts';

const LIMITS = {
  wallMs: 20 * 60_000,
  outputBytes: 16 * 1024 ** 2,
  memoryBytes: 4 * 1024 ** 3,
  processes: 512,
  tmpBytes: 2 * 1024 ** 3,
};

export async function adaptersOf(
  config: Config,
  logger: Logger,
): Promise<Dependencies['adapters']> {
  const always = [createCommand(), createSimulated()];
  if (!config.realAgents) return new Map(always.map(adapter => [adapter.name, adapter]));
  const say = (message: string) => logger.info({}, message);
  const installation = await ensureCodex({ dir: join(config.stateDir, 'agents'), say });
  const adapters = [...always, createCodex({ installation })];
  return new Map(adapters.map(adapter => [adapter.name, adapter]));
}

export function settingsOf(
  config: Config,
  { binds, path, install }: Toolchain,
  author: Settings['author'],
): Settings {
  const { key, upstream } = config.openai;
  return {
    worker: `${hostname()}-${process.pid}`,
    concurrency: config.concurrency,
    realAgents: config.realAgents,
    simulation: config.simulation,
    models: new Map(
      key ? [['codex', { dialect: 'openai-responses', upstream, secret: key.name }]] : [],
    ),
    install,
    toolchains: { binds, path },
    policyRepository: config.policyRepository
      ? { name: config.policyRepository, folder: `policies/${basename(config.policies)}` }
      : null,
    limits: LIMITS,
    author,
  };
}
