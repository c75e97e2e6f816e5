/** What the commands of repositories run with on this machine, where it shows a sandbox nothing else. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { detectToolchain, type HostToolchain } from '../../adapters/toolchain/detect.ts';
import type { Environment } from '../../config/environment.ts';
import { TOOLS_FOLDER } from '../../config/folders.ts';
import type { StoreConfig } from '../../config.ts';
import { isBelow } from './nearest-folder.ts';
import { assertNoCredentials } from './npm-credentials.ts';

/** Where people and tools keep their sign-ins, and tokens that they were given, below a home. */
const OF_HOME = ['.cache', '.config', '.local/share', '.local/state', '.npmrc', '.ssh'];
/** Where Cargo, Maven, Gradle and Composer keep theirs, in a folder of their own with programs in `bin`. */
const SIGN_INS = 'credentials.toml credentials settings.xml gradle.properties auth.json'.split(' ');

export async function findToolchain(
  env: Environment,
  { toolchains, stateDir }: Pick<StoreConfig, 'toolchains' | 'stateDir'>,
): Promise<HostToolchain> {
  const found = await detectToolchain(env, toolchains);
  const seen = found.binds.map(({ from }) => from);
  await assertHidden(seen, { state: stateDir, home: homedir() });
  await assertNoCredentials(['/usr', '/usr/local', ...seen]);
  return found;
}

/** Throws where every sandbox would see the state, a home or a sign-in. */
export async function assertHidden(
  folders: readonly string[],
  { state, home }: { state: string; home: string },
): Promise<void> {
  if (await isBelow(state, '/usr'))
    throw new Error(
      `GATEHOUSE_STATE_DIR is ${state}, and every sandbox sees what is below /usr: name another folder.`,
    );
  for (const folder of folders) {
    const kept = [state, TOOLS_FOLDER, home, ...OF_HOME.map(name => join(home, name))];
    const below = await Promise.all(kept.map(path => isBelow(path, folder)));
    const signIns = SIGN_INS.map(name => join(folder, name)).filter(existsSync);
    const [shown] = [...kept.filter((_, at) => below[at]), ...signIns];
    if (shown !== undefined)
      throw new Error(
        `Every sandbox would see ${shown}, which is in ${folder}: name a folder in GATEHOUSE_TOOLCHAINS that holds the toolchain alone.`,
      );
  }
}
