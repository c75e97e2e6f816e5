/**
 * The compiled form of Copilot's program. Node keeps it in the folder for temporary files, which is empty
 * in each sandbox, so that each start would compile the program anew. It is made once, outside of
 * sandboxes, and they only read it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'compiled';
const MOST_MS = 60_000;
/** The user that processes in a sandbox are; Node names its folder after the version and the user. */
const USER_INSIDE = 1000;

/** `unpacked`: the folder of the program's parts. What is in the cache is named by where it stands beside it. */
export const compiledEnvironment = (unpacked: string, folder = FOLDER): Record<string, string> => ({
  NODE_COMPILE_CACHE: join(unpacked, folder),
  NODE_COMPILE_CACHE_PORTABLE: '1',
});

/** Makes it where it is missing. Without it Copilot works as well, so a failure is none of the caller's. */
export async function keepCompiled(binary: string, unpacked: string): Promise<void> {
  try {
    if ((await readdir(unpacked)).includes(FOLDER)) return;
    const made = await mkdtemp(join(unpacked, '.compiled-'));
    try {
      await startOnce(binary, { unpacked, made });
      await openToAgents(made);
      await rename(made, join(unpacked, FOLDER));
    } finally {
      await rm(made, { recursive: true, force: true, maxRetries: 3 });
    }
  } catch {
    // The folder can't be written, or another process has made it meanwhile.
  }
}

/** A conversation that nobody begins: the program loads all that it needs for one, and ends. */
async function startOnce(
  binary: string,
  { unpacked, made }: { unpacked: string; made: string },
): Promise<void> {
  const home = join(made, 'home');
  const child = spawn(binary, ['--acp', '--no-auto-update'], {
    env: {
      HOME: home,
      TMPDIR: made,
      PATH: '/usr/bin:/bin',
      COPILOT_CACHE_HOME: unpacked,
      COPILOT_OFFLINE: 'true',
      COPILOT_DISABLE_LOGIN_SHELL_ENV: '1',
      COPILOT_PROVIDER_BASE_URL: 'http://127.0.0.1:1',
      ...compiledEnvironment(unpacked, made.slice(unpacked.length + 1)),
    },
    stdio: 'ignore',
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
  });
  await once(child, 'close');
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
}

/** Node makes the folder and its files readable by their owner alone. */
async function openToAgents(made: string): Promise<void> {
  const names = (await readdir(made)).filter(name => /-\d+$/.test(name));
  if (names.length === 0) throw new Error('nothing was compiled');
  for (const name of names) {
    const folder = join(made, name.replace(/\d+$/, String(USER_INSIDE)));
    if (folder !== join(made, name)) await rename(join(made, name), folder);
    for (const file of await readdir(folder)) await chmod(join(folder, file), 0o644);
    await chmod(folder, 0o755);
  }
  await chmod(made, 0o755);
}
