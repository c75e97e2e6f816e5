/** Codex as npm has it: a native program for each kind of machine. */
import { join } from 'node:path';
import type { AgentAdapter } from '../../../engine/ports/agent.ts';
import { type InstallOptions, installCli } from '../install.ts';
import { CODEX_VERSION, createCodex } from './codex.ts';

/** The folder that holds `bin/codex` and its companions, below the installed package. */
const MACHINES: Record<string, string> = {
  'linux-x64': 'node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl',
  'linux-arm64': 'node_modules/@openai/codex-linux-arm64/vendor/aarch64-unknown-linux-musl',
};

/** The adapter of the pinned Codex, which is installed where it is missing. */
export async function installCodex(options: InstallOptions): Promise<AgentAdapter> {
  const machine = `${process.platform}-${process.arch}`;
  const folder = MACHINES[machine];
  if (!folder) throw new Error(`there is no Codex for ${machine}: use Linux on x64 or arm64`);
  const installed = await installCli(
    {
      name: '@openai/codex',
      version: CODEX_VERSION,
      folder: 'codex',
      program: `${folder}/bin/codex`,
      megabytes: 400,
    },
    options,
  );
  return createCodex({ installation: join(installed, folder) });
}
