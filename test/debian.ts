/** Programs from Debian's packages, unpacked beside the project: nothing is installed or started. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const state = fileURLToPath(new URL('../.gatehouse/', import.meta.url));

/**
 * The folder where the package is unpacked with what it needs; `proof` is a file that it must have.
 * Throws with `otherwise`, what a person can do instead.
 */
export async function unpackDebian(
  name: string,
  proof: string,
  otherwise: string,
): Promise<string> {
  const unpacked = join(state, name);
  if (await exists(join(unpacked, proof))) return unpacked;
  await mkdir(state, { recursive: true });
  const part = await mkdtemp(join(state, `${name}.part-`));
  try {
    await download(part, name);
    for (const file of await readdir(part))
      if (file.endsWith('.deb')) await run('dpkg', ['-x', file, 'root'], { cwd: part });
    await access(join(part, 'root', proof));
    // Another process may have been first.
    await rename(join(part, 'root'), unpacked).catch(() => access(join(unpacked, proof)));
  } catch (cause) {
    throw new Error(otherwise, { cause });
  } finally {
    await rm(part, { recursive: true });
  }
  return unpacked;
}

/** Nothing is installed, so that it needs no rights and no service starts. */
async function download(part: string, name: string): Promise<void> {
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    await mkdir(join(part, folder), { recursive: true });
  const apt = (options: string[], ...args: string[]) =>
    run('apt-get', ['-qq', '-o', 'Debug::NoLocking=1', ...options, ...args], { cwd: part });
  const plan = (options: string[]) =>
    apt(options, '-s', '--no-install-recommends', 'install', name);
  // With the machine's package lists where it has them, else with our own.
  const own = ['-o', `Dir::State::lists=${part}/lists`, '-o', `Dir::Cache=${part}/cache`];
  const [options, planned] = await plan([]).then(
    done => [[], done] as const,
    async () => {
      await apt(own, 'update');
      return [own, await plan(own)] as const;
    },
  );
  const needed = [...planned.stdout.matchAll(/^Inst (\S+)/gm)].map(match => match[1] ?? '');
  await apt([...options], 'download', ...new Set([name, ...needed]));
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
