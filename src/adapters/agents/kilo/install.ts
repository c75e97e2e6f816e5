/** Kilo as npm has it: a native program for each kind of machine. */
import { join } from 'node:path';
import { type CliAgent, MACHINE } from '../install.ts';
import { createOpencodeOneShot } from '../opencode/one-shot.ts';
import { createKilo, KILO_VERSION } from './kilo.ts';

const PROGRAMS: Record<string, string> = {
  'linux-x64': 'node_modules/@kilocode/cli-linux-x64/bin/kilo',
  'linux-arm64': 'node_modules/@kilocode/cli-linux-arm64/bin/kilo',
};
const program = PROGRAMS[MACHINE] ?? null;

export const kilo: CliAgent = {
  cli: {
    name: '@kilocode/cli',
    version: KILO_VERSION,
    oldest: KILO_VERSION,
    folder: 'kilo',
    program,
    megabytes: 290,
  },
  create: installed => createKilo({ binary: join(installed, program ?? '') }),
  oneShot: () => createOpencodeOneShot('Kilo'),
};
