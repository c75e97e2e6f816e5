/** What a machine must have: room on its disk, a clock that is right, and the tools of repositories. */
import { statfs } from 'node:fs/promises';
import type { Environment } from '../../config/environment.ts';
import type { StoreConfig } from '../../config.ts';
import type { Check, CheckFault } from '../../engine/ports/doctor.ts';
import { installerOf, TOOL_NAMES } from '../../toolchain/tools.ts';
import { nearestFolder } from '../machine/nearest-folder.ts';
import { findToolchain } from '../machine/toolchain.ts';
import { check } from './check.ts';

export const checkMachine = (env: Environment, config: StoreConfig): Promise<Check>[] => [
  check('disk', null, async () => {
    const folder = nearestFolder(config.stateDir);
    const { bavail, bsize } = await statfs(folder);
    return diskState(bavail * bsize, folder);
  }),
  check('toolchains', 'Correct GATEHOUSE_TOOLCHAINS or GATEHOUSE_STATE_DIR.', async () => {
    const { findProgram } = await findToolchain(env, config);
    const found = await Promise.all(TOOL_NAMES.map(findProgram));
    return toolsState(new Set(TOOL_NAMES.filter((_, at) => found[at] !== null)));
  }),
];

/** A run may write as much as two of these; below one, not even a small repository is safe. */
const LEAST_BYTES = 1024 ** 3;

export function diskState(free: number, folder: string): string | CheckFault {
  const room = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${folder}`;
  if (free >= LEAST_BYTES) return room;
  return {
    problem: `only ${room}`,
    remediation: 'Free at least 1 GiB, or set GATEHOUSE_STATE_DIR to a folder on a larger disk.',
  };
}

/** Missing tools are no fault: which are needed, the repositories decide. */
export function toolsState(found: ReadonlySet<string>): string {
  const missing = TOOL_NAMES.filter(name => !found.has(name));
  return [
    TOOL_NAMES.filter(name => found.has(name)).join(', ') || 'none',
    ...missing.map(
      name => `${name} is missing, for repositories that use it: ${installerOf(name)}`,
    ),
  ].join('\n');
}

/** GitHub refuses credentials that are dated a minute ahead, and certificates depend on the time. */
const MOST_OFFSET_MS = 30_000;

/** `offset`: how far GitHub's clock is ahead of this machine's; `null` where it did not say. */
export function clockState(offset: number | null): string | CheckFault {
  if (offset === null) return "GitHub did not say its time, so this machine's can't be compared";
  const seconds = Math.round(Math.abs(offset) / 1000);
  if (Math.abs(offset) <= MOST_OFFSET_MS) return `within ${Math.max(1, seconds)} s of GitHub's`;
  return {
    problem: `this machine's clock is ${seconds} s ${offset > 0 ? 'behind' : 'ahead of'} GitHub's`,
    remediation: 'Let the system set its clock: timedatectl set-ntp true',
  };
}
