/** Copilot as npm has it: a native program for each kind of machine. */
import { join } from 'node:path';
import { type CliAgent, MACHINE } from '../install.ts';
import { COPILOT_VERSION, createCopilot } from './copilot.ts';

const PROGRAMS: Record<string, string> = {
  'linux-x64': 'node_modules/@github/copilot-linux-x64/copilot',
  'linux-arm64': 'node_modules/@github/copilot-linux-arm64/copilot',
};
const program = PROGRAMS[MACHINE] ?? null;

export const copilot: CliAgent = {
  cli: {
    name: '@github/copilot',
    version: COPILOT_VERSION,
    oldest: COPILOT_VERSION,
    folder: 'copilot',
    program,
    megabytes: 430,
  },
  create: installed =>
    createCopilot({
      binary: join(installed, program ?? ''),
      unpacked: join(installed, 'unpacked'),
    }),
};
