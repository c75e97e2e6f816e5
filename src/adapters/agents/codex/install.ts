/** Codex as npm has it: a native program for each kind of machine. */
import { join } from 'node:path';
import { type CliAgent, MACHINE } from '../install.ts';
import { CODEX_VERSION, createCodex } from './codex.ts';
import { createCodexOneShot } from './one-shot.ts';

/** The folder that holds `bin/codex` and its companions, below the installed package. */
const FOLDERS: Record<string, string> = {
  'linux-x64': 'node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl',
  'linux-arm64': 'node_modules/@openai/codex-linux-arm64/vendor/aarch64-unknown-linux-musl',
};
const folder = FOLDERS[MACHINE] ?? null;

export const codex: CliAgent = {
  cli: {
    name: '@openai/codex',
    version: CODEX_VERSION,
    oldest: CODEX_VERSION,
    folder: 'codex',
    program: folder && `${folder}/bin/codex`,
    megabytes: 400,
  },
  create: installed => createCodex({ installation: join(installed, folder ?? '') }),
  oneShot: createCodexOneShot,
};
