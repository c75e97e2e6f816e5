/** What the commands of repositories run with on this machine, where it shows a sandbox nothing else. */
import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { detectToolchain, type HostToolchain } from '../adapters/toolchain/detect.ts';
import type { Environment } from '../config/environment.ts';
import { TOOLS_FOLDER } from '../config/folders.ts';
import type { StoreConfig } from '../config.ts';
import { nearestFolder } from './nearest-folder.ts';

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
  await assertNoTokens(['/usr', '/usr/local', ...seen]);
  return found;
}

/** Where npm keeps what is set for all users of a prefix, and what signs in to a registry there. */
const SETTINGS_OF_NPM = 'etc/npmrc';
const TOKEN = /^[^#;\n=]{0,500}\b_(?:auth|authToken|password)\s*=/m;

/** Throws where every sandbox would see the token of a registry. */
export async function assertNoTokens(prefixes: readonly string[]): Promise<void> {
  for (const path of prefixes.map(prefix => join(prefix, SETTINGS_OF_NPM))) {
    const settings = await readFile(path, 'utf8').catch(() => '');
    if (!TOKEN.test(settings) || ((await stat(path)).mode & 0o004) === 0) continue;
    throw new Error(
      `Every sandbox would see the credential in ${path}: move it to the .npmrc of a home, or let others not read the file (chmod o-r).`,
    );
  }
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

/** What is not there yet is made in the nearest folder that is. */
async function isBelow(path: string, folder: string): Promise<boolean> {
  const real = (at: string) => realpath(at).catch(() => at);
  const [inner, outer] = await Promise.all([real(nearestFolder(path)), real(folder)]);
  return !/^\.\.(\/|$)/.test(relative(outer, inner));
}
