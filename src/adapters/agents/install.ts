/** Agent CLIs on demand: large, so they are installed beside the state and not with the packages. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { CODEX_VERSION } from './codex/codex.ts';

const run = promisify(execFile);

/** The native package of each machine, and the folder in it that holds `bin/codex`. */
const CODEX: Record<string, { name: string; triple: string }> = {
  'linux-x64': { name: '@openai/codex-linux-x64', triple: 'x86_64-unknown-linux-musl' },
  'linux-arm64': { name: '@openai/codex-linux-arm64', triple: 'aarch64-unknown-linux-musl' },
};

const SIZE_MB = 400;
const TELL_EVERY_MS = 2_000;

/**
 * The folder of the pinned Codex, for `createCodex`; installed below `dir` where it is not there.
 * Whole or not at all: npm works in a `.part` folder that is renamed at the end.
 */
export async function ensureCodex(options: {
  dir: string;
  /** Hears of a download that takes a while: that it begins, how far it is, that it is done. */
  say?: (message: string) => void;
}): Promise<string> {
  const machine = CODEX[`${process.platform}-${process.arch}`];
  if (!machine)
    throw new Error(
      `there is no Codex for ${process.platform}-${process.arch}: use Linux on x64 or arm64`,
    );
  const target = join(options.dir, `codex-${CODEX_VERSION}`);
  const installation = join(target, 'node_modules', machine.name, 'vendor', machine.triple);
  const binary = join(installation, 'bin', 'codex');
  const inside = relative(target, binary);
  if (await exists(binary)) return installation;

  const say = options.say ?? (() => {});
  const what = `@openai/codex@${CODEX_VERSION}`;
  say(`installing ${what} (${SIZE_MB} MB)`);
  const part = `${target}.${randomUUID().slice(0, 8)}.part`;
  let installing = true;
  const telling = setInterval(async () => {
    const bytes = await sizeOf(part);
    if (installing) say(`installing ${what}: ${Math.round(bytes / 1e6)} of ${SIZE_MB} MB`);
  }, TELL_EVERY_MS);
  try {
    await mkdir(part, { recursive: true });
    await writeFile(join(part, 'package.json'), '{"private":true}');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--fetch-retries=1'];
    await run('npm', ['install', ...flags, what], {
      cwd: part,
      env: npmEnvironment(),
      timeout: 600_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    if (!(await exists(join(part, inside))))
      throw new Error(`it came without the binary for this machine (${machine.name})`);
    // Somebody else may have been faster: theirs is as good. Anything less is replaced.
    await rename(part, target).catch(async () => {
      if (await exists(binary)) return;
      await rm(target, { recursive: true, force: true });
      await rename(part, target);
    });
  } catch (error) {
    throw new Error(
      `${what} can't be installed below ${options.dir}: ${reason(error)}\n` +
        `Try it by hand: npm install --prefix ${target} --ignore-scripts ${what}`,
    );
  } finally {
    installing = false;
    clearInterval(telling);
    await rm(part, { recursive: true, force: true });
  }
  say(`installed ${what}`);
  return installation;
}

/** Bytes of the files below; those that npm moves meanwhile don't count. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => stat(join(parentPath, name)).catch(() => ({ size: 0 })));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

/** What npm needs to reach its registry the way the operator set it up, and nothing else of ours. */
function npmEnvironment(): Record<string, string> {
  const passed =
    /^(PATH|HOME|TMPDIR|npm_config_(registry|cafile|cache|userconfig|globalconfig)|(https?|no)_proxy|NODE_EXTRA_CA_CERTS)$/i;
  const found = Object.entries(process.env).filter(([name]) => passed.test(name));
  return Object.fromEntries(
    found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  const lines = (said || error.message).split('\n').filter(line => !line.startsWith('npm warn'));
  return lines.slice(0, 3).join(' ');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
