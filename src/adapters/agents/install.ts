/** Agent CLIs on demand: large, so they are installed beside the state and not with the packages. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { CODEX_VERSION } from './codex/codex.ts';

const run = promisify(execFile);

/** The native package of each machine, and the folder in it that holds `bin/codex`. */
const CODEX: Record<string, { name: string; triple: string }> = {
  'linux-x64': { name: '@openai/codex-linux-x64', triple: 'x86_64-unknown-linux-musl' },
  'linux-arm64': { name: '@openai/codex-linux-arm64', triple: 'aarch64-unknown-linux-musl' },
};

/**
 * The folder of the pinned Codex, for `createCodex`; installed below `dir` where it is not there.
 * Whole or not at all: npm works in a `.part` folder that is renamed at the end.
 */
export async function ensureCodex(options: {
  dir: string;
  /** Said before a download that takes a while. */
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

  options.say?.(`installing @openai/codex@${CODEX_VERSION} (400 MB)`);
  const part = `${target}.${randomUUID().slice(0, 8)}.part`;
  try {
    await mkdir(part, { recursive: true });
    await writeFile(join(part, 'package.json'), '{"private":true}');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--fetch-retries=1'];
    await run('npm', ['install', ...flags, `@openai/codex@${CODEX_VERSION}`], {
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
      `@openai/codex@${CODEX_VERSION} can't be installed below ${options.dir}: ${reason(error)}\n` +
        `Try it by hand: npm install --prefix ${target} --ignore-scripts @openai/codex@${CODEX_VERSION}`,
    );
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return installation;
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
