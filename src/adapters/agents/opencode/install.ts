/** OpenCode as npm has it: a native program for each kind of machine. */
import { join } from 'node:path';
import { type CliAgent, MACHINE } from '../install.ts';
import { createOpencodeOneShot } from './one-shot.ts';
import { createOpencode, OPENCODE_VERSION } from './opencode.ts';

const PROGRAMS: Record<string, string> = {
  'linux-x64': 'node_modules/opencode-linux-x64/bin/opencode',
  'linux-arm64': 'node_modules/opencode-linux-arm64/bin/opencode',
};
const program = PROGRAMS[MACHINE] ?? null;

export const opencode: CliAgent = {
  cli: {
    name: 'opencode-ai',
    version: OPENCODE_VERSION,
    oldest: OPENCODE_VERSION,
    folder: 'opencode',
    program,
    megabytes: 350,
  },
  create: installed => createOpencode({ binary: join(installed, program ?? '') }),
  oneShot: () => createOpencodeOneShot('OpenCode'),
};
