/** Trusted git: our own directories, no configuration but ours, nothing that executes anything. */
import { execa } from 'execa';
import { createAnswerCache } from '../../core/bounded-cache.ts';
import { clean } from './clean.ts';

/** The whole environment of every git we run. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_PROTOCOL_FROM_USER: '0',
};

/** Whatever a repository brings along, these hold. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.askPass=',
  'core.sshCommand=false',
  'core.symlinks=true',
  'core.autocrlf=false',
  'core.quotePath=false',
  // Names that other systems take for `.git` are refused everywhere.
  'core.protectHFS=true',
  'core.protectNTFS=true',
  // Agents read our mirrors, whatever our umask.
  'core.sharedRepository=0644',
  'credential.helper=',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'diff.ignoreSubmodules=all',
  'diff.renameLimit=2000',
  // Unreachable objects of runs and pushes are wanted until their folder goes.
  'gc.autoDetach=false',
  'gc.pruneExpire=never',
  'protocol.allow=never',
];

export type GitOptions = {
  dir: string;
  index?: string;
  workTree?: string;
  input?: string | Buffer;
  env?: Record<string, string>;
  settings?: string[];
  /** A command that runs git: a lock, a mount namespace. */
  through?: string[];
  /** Never shown, even where git's own words hold them. */
  secrets?: string[];
  /** Milliseconds. */
  timeout?: number;
};

export type GitAnswer = { exitCode: number; stdout: Buffer; stderr: string };

/** Runs it and returns whatever came of it; throws only where git could not run or was killed. */
export async function tryGit(args: string[], options: GitOptions): Promise<GitAnswer> {
  const settings = [...SETTINGS, ...(options.settings ?? [])].flatMap(each => ['-c', each]);
  const [file = 'git', ...rest] = [...(options.through ?? []), 'git', ...settings, ...args];
  const result = await execa(file, rest, {
    env: {
      ...ENVIRONMENT,
      GIT_DIR: options.dir,
      ...(options.index === undefined ? {} : { GIT_INDEX_FILE: options.index }),
      ...(options.workTree === undefined ? {} : { GIT_WORK_TREE: options.workTree }),
      ...options.env,
    },
    extendEnv: false,
    cwd: options.dir,
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    maxBuffer: 1_000_000_000,
    timeout: options.timeout ?? 600_000,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
  const stderr = clean(Buffer.from(result.stderr).toString(), options.secrets ?? []);
  if (result.exitCode === undefined)
    throw new Error(
      result.timedOut
        ? `git ${args[0]} took longer than allowed. ${stderr}`
        : `git ${args[0]} could not run (${result.code ?? result.signal ?? 'no reason'}). ${stderr}`,
    );
  return { exitCode: result.exitCode, stdout: Buffer.from(result.stdout), stderr };
}

/** Runs it and returns its output; any failure throws with git's words. */
export async function git(args: string[], options: GitOptions): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await tryGit(args, options);
  if (exitCode !== 0) throw new Error(`git ${args[0]} failed (${exitCode}): ${stderr}`);
  return stdout;
}

/** A one-line answer. */
export async function gitLine(args: string[], options: GitOptions): Promise<string> {
  return (await git(args, options)).toString().trim();
}

const trees = createAnswerCache<string, string>(1_000);

/** The tree of a commit (or of a tree) that is here. */
export const treeOf = (dir: string, name: string): Promise<string> =>
  trees.get(name, () => gitLine(['rev-parse', '--verify', `${name}^{tree}`], { dir }));

/** NUL-separated records; as latin1, one character is one byte. */
export const records = (output: Buffer, encoding: 'utf8' | 'latin1' = 'utf8'): string[] =>
  output.toString(encoding).split('\0').slice(0, -1);

/** Guards every object name that reaches an argument. */
export function assertObjectName(name: string): void {
  if (!/^[0-9a-f]{40}$/.test(name))
    throw new Error(`${JSON.stringify(name)} is not a full object name.`);
}
