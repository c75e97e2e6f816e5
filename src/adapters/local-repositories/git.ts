/** Runs git on repositories of ours: only a fetch has the settings and the environment of whoever runs us. */
import { execa } from 'execa';

/** What settings of the machine say of files, hooks and programs is left out of all commands. */
const SETTINGS = [
  'core.autocrlf=false',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'gc.auto=0',
].flatMap(setting => ['-c', setting]);

const ALWAYS = { GIT_TERMINAL_PROMPT: '0', GIT_PROTOCOL: 'version=2', LC_ALL: 'C.UTF-8' };

const NO_SETTINGS = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

/** Settings of git in the environment that reach a remote; all others name a repository, as in a hook of git. */
const REACHES = /^GIT_(?:SSH|SSL|ASKPASS|HTTP|PROXY|CONFIG_)/;

/** Credential helpers and ssh read variables that nobody can list, so only those of git itself are chosen. */
const reachingEnvironment = (all: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(all).filter(([name]) => !name.startsWith('GIT_') || REACHES.test(name)),
  );

/** A fetch may take so long: history of large repositories takes minutes. */
const FETCH_MS = 30 * 60_000;

export type HostGitOptions = {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  signal?: AbortSignal | undefined;
  /** It reads another repository, with the settings and credentials of whoever runs us. */
  reaches?: boolean;
};

/** What it printed. Throws what git says where it fails. */
export async function git(
  dir: string,
  args: string[],
  { cwd, env = {}, input, signal, reaches = false }: HostGitOptions = {},
): Promise<string> {
  const base = reaches
    ? reachingEnvironment(process.env)
    : { PATH: process.env.PATH ?? '', ...NO_SETTINGS };
  const ended = await execa('git', [...SETTINGS, '--git-dir', dir, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...base, ...ALWAYS, ...env },
    extendEnv: false,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(reaches ? { timeout: FETCH_MS } : {}),
  });
  signal?.throwIfAborted();
  if (ended.exitCode === 0) return ended.stdout.trim();
  const command = args[0] === '--work-tree' ? args[2] : args[0];
  const why = ended.timedOut
    ? `it was stopped after ${FETCH_MS / 60_000} minutes`
    : ended.stderr.trim() || ended.shortMessage;
  throw new Error(`git ${command}: ${why}`);
}
