/** An ordinary user of an installed package, with a home and a prefix that the user may not write to. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where this runs as root, the user who is nobody. */
const USER = 65_534;
const isRoot = process.getuid?.() === 0;

export type Gatehouse = ReturnType<typeof userOf>;

/** Packs the checkout at `root` into `home` and installs that over what the prefix in it has. */
export async function install(root: string, home: string): Promise<string> {
  const prefix = join(home, 'prefix');
  const options = { cwd: home, maxBuffer: 16 * 1024 ** 2 };
  const packed = await run('npm', ['pack', root, '--json', '--loglevel=error'], options);
  const { filename } = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')))[0];
  const flags = ['--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, join(home, filename)], options);
  return filename;
}

/** The user's folder, which is the home. */
export async function createFolder(home: string): Promise<string> {
  const folder = join(home, 'user');
  await mkdir(folder);
  if (isRoot) await chown(home, USER, USER).then(() => chown(folder, USER, USER));
  return folder;
}

/** Runs `gatehouse` as that user, with these settings and those of the call. */
export const userOf =
  (home: string, settings: Record<string, string>) =>
  (args: string[], input = '', over: Record<string, string> = {}) => {
    const bin = join(home, 'prefix/bin');
    const folder = join(home, 'user');
    const own = ['--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'];
    const command = [...(isRoot ? ['setpriv', ...own] : []), join(bin, 'gatehouse'), ...args];
    const [file = '', ...rest] = command;
    const child = spawn(file, rest, {
      cwd: folder,
      env: { ...settings, PATH: `${bin}:${process.env.PATH}`, HOME: folder, ...over },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', chunk => {
        said += chunk;
      });
    child.stdin.end(input);
    const ended = once(child, 'close').then(([code]) => ({ code, said }));
    return { child, ended, said: () => said };
  };
