/** A redis-server for the tests: the system's, or Debian's unpacked beside the project. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { arch } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type RedisProgram = { file: string; libraries: string };

const run = promisify(execFile);
const state = fileURLToPath(new URL('../../../.gatehouse/', import.meta.url));
const unpacked = join(state, 'redis');
/** Of Debian's packages the one with the program, which also is the server by that name. */
const PACKAGE = 'redis-tools';
const PROGRAM = 'usr/bin/redis-check-rdb';
const LIBRARIES = arch === 'arm64' ? 'usr/lib/aarch64-linux-gnu' : 'usr/lib/x86_64-linux-gnu';

export async function findRedis(): Promise<RedisProgram> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'redis-server');
    if (await exists(file)) return { file, libraries: '' };
  }
  if (!(await exists(join(unpacked, PROGRAM)))) await unpack();
  return { file: join(unpacked, PROGRAM), libraries: join(unpacked, LIBRARIES) };
}

async function unpack(): Promise<void> {
  await mkdir(state, { recursive: true });
  const part = await mkdtemp(join(state, 'redis.part-'));
  try {
    await download(part);
    for (const name of await readdir(part))
      if (name.endsWith('.deb')) await run('dpkg', ['-x', name, 'root'], { cwd: part });
    await access(join(part, 'root', PROGRAM));
    // Another process may have been first.
    await rename(join(part, 'root'), unpacked).catch(() => access(join(unpacked, PROGRAM)));
  } catch (cause) {
    const message = 'these tests need redis-server 7 on PATH: install your system’s Redis';
    throw new Error(message, { cause });
  } finally {
    await rm(part, { recursive: true });
  }
}

/** Nothing is installed, so that it needs no rights and no service starts. */
async function download(part: string): Promise<void> {
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    await mkdir(join(part, folder), { recursive: true });
  const apt = (options: string[], ...args: string[]) =>
    run('apt-get', ['-qq', '-o', 'Debug::NoLocking=1', ...options, ...args], { cwd: part });
  const plan = (options: string[]) =>
    apt(options, '-s', '--no-install-recommends', 'install', PACKAGE);
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
  await apt([...options], 'download', ...new Set([PACKAGE, ...needed]));
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
