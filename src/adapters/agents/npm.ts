/** npm, which installs one package into a folder, and why it did not, for people. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const INSTALL_MS = 600_000;

/** `remedy`: what to do about it. */
export class InstallFailure extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'InstallFailure';
    this.remedy = remedy;
  }
}

/**
 * An interrupt ends npm as well, so that its caller can remove what it left. `network`: variables by which it
 * reaches its registry; those of this process stand below them.
 */
export async function npmInstall(
  spec: string,
  folder: string,
  network: Readonly<Record<string, string>>,
): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--fetch-retries=1'];
  // An operator's npm may be set to install globally, to only say what it would do, or to leave optional
  // packages out, among which the programs for each machine are.
  const whole = ['--no-global', '--location=project', '--no-dry-run', '--no-workspaces'];
  const flags = [...quiet, ...whole, '--include=optional'];
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    const { stderr } = await run('npm', ['install', ...flags, spec], {
      cwd: folder,
      env: { ...npmEnvironment(), ...network },
      timeout: INSTALL_MS,
      maxBuffer: 16 * 1024 * 1024,
      signal: interrupted.signal,
    });
    // What could not be written is a warning to npm, which then ends well.
    const unwritten = /TAR_ENTRY_ERROR (.*)/.exec(stderr)?.[1];
    if (unwritten !== undefined) throw new InstallFailure(unwritten, MAKE_ROOM);
  } catch (error) {
    throw failureOf(error);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const AGAIN = 'Run it again.';
const MAKE_ROOM = 'Make room there, or see that its disk can be written, and run it again.';
const REACH = `See that this machine reaches npm's registry (\`npm ping\`); \`npm_config_registry\` and \`https_proxy\` name another way. Then run it again.`;

/** What npm needs to reach its registry the way the operator set it up, and nothing else of ours. */
function npmEnvironment(): Record<string, string> {
  const passed =
    /^(PATH|HOME|TMPDIR|npm_config_(registry|cafile|cache|userconfig|globalconfig)|(https?|no)_proxy|NODE_EXTRA_CA_CERTS)$/i;
  const found = Object.entries(process.env).filter(([name]) => passed.test(name));
  return Object.fromEntries(
    found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const NO_ROOM = /\b(?:ENOSPC|EDQUOT|EROFS)\b/;
const UNREACHED =
  /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b/;

function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof InstallFailure) return error;
  if (error.name === 'AbortError') return new InstallFailure('it was interrupted', AGAIN);
  if ('code' in error && error.code === 'ENOENT')
    return new InstallFailure(
      'npm is not on the PATH',
      'Install npm, which comes with Node, and run it again.',
    );
  if ('killed' in error && error.killed)
    return new InstallFailure(`npm took longer than ${INSTALL_MS / 60_000} minutes`, REACH);
  const stderr = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  const why = wordsOf(stderr) || error.message.split('\n', 1)[0] || 'npm failed';
  if (NO_ROOM.test(stderr)) return new InstallFailure(why, MAKE_ROOM);
  return UNREACHED.test(stderr) ? new InstallFailure(why, REACH) : new Error(why);
}

/** Of what npm prints, the first line that says more than a code. */
const wordsOf = (stderr: string): string =>
  stderr
    .split('\n')
    .filter(line => !line.startsWith('npm warn'))
    .map(line => line.replace(/^npm (?:error|ERR!) ?/, '').trim())
    .find(line => line !== '' && !/^(?:code|errno|syscall|path|dest|network) \S+$/.test(line)) ??
  '';
