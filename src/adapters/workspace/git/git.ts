/**
 * Runs trusted git: on Gatehouse's own directories, with Gatehouse's configuration alone, and
 * without anything that executes commands of a repository.
 */
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import { DiskFull, WorkspaceRefused } from '../../../engine/ports/workspace.ts';
import { Aborted } from './aborted.ts';
import { CONTENT_LIMITS, type GitLimits, limiter, limitMet } from './git-limits.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';
import { sanitizeOutput } from './sanitize-output.ts';

/** The complete environment of every git command. */
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

/** Settings that override whatever a repository's configuration says. */
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
  // The one that `index-entries.ts` reads.
  'index.version=2',
  // Names that are `.git` on other systems are refused on every system.
  'core.protectHFS=true',
  'core.protectNTFS=true',
  // Agents read the mirrors, whatever the umask of Gatehouse.
  'core.sharedRepository=0644',
  'credential.helper=',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'diff.ignoreSubmodules=all',
  'diff.renameLimit=2000',
  // Without it, each thread holds ten files at once, however large they are.
  'pack.windowMemory=128m',
  // Unreachable objects of runs and pushes are needed until their folder is removed.
  'gc.autoDetach=false',
  'gc.pruneExpire=never',
  'protocol.allow=never',
];

export type GitOptions = {
  dir: string;
  index?: string;
  workTree?: string;
  /** Where git is started, from which it takes paths; its directory where nothing is said. */
  directory?: string;
  input?: string | Buffer;
  env?: Record<string, string>;
  settings?: string[];
  /** A command that runs git, such as a lock or a mount namespace. */
  commandPrefix?: string[];
  /** Values that are removed from git's error output. */
  secrets?: string[];
  /** What git may use up; `CONTENT_LIMITS` where nothing is said. */
  limits?: GitLimits;
  /** Bytes: git is stopped once it has printed so many, and these are its output. */
  most?: number;
  /** Ends git, and the call throws `Aborted`. */
  signal?: AbortSignal | undefined;
  /** Called with each line of progress that git prints, of those that its error output then lacks. */
  onProgress?: (line: string) => void;
};

export type GitResult = { exitCode: number; stdout: Buffer; stderr: string };

/**
 * Runs git and returns its exit code and output. Throws where it could not run, and `WorkspaceRefused`
 * where it met its limits: what it reads is foreign, and reading it again would end in the same way.
 */
export const tryGit = (args: string[], options: GitOptions): Promise<GitResult> =>
  runWithin(['git', ...configuration(options), ...args], options, ended => [
    `git ${args[0]}`,
    ended,
  ]);

/** The arguments of git that come before those of a command. */
export const configuration = ({ settings = [] }: GitOptions): string[] =>
  [...SETTINGS, ...settings].flatMap(each => ['-c', each]);

/** The same for a program that runs git. `read` says what it ran in the end, and how that ended. */
export async function runWithin(
  program: string[],
  options: GitOptions,
  read: (ended: ProgramEnd) => [what: string, ended: ProgramEnd],
): Promise<GitResult> {
  const limits = options.limits ?? CONTENT_LIMITS;
  const command = [...(options.commandPrefix ?? []), ...limiter(limits), ...program];
  const { onProgress } = options;
  const [what, ended] = read(
    await runProgram(command, {
      env: {
        ...ENVIRONMENT,
        GIT_DIR: options.dir,
        ...(options.index === undefined ? {} : { GIT_INDEX_FILE: options.index }),
        ...(options.workTree === undefined ? {} : { GIT_WORK_TREE: options.workTree }),
        ...options.env,
      },
      directory: options.directory ?? options.dir,
      input: options.input,
      ms: limits.ms,
      most: options.most ?? limits.printedBytes,
      signal: options.signal,
      onErrorOutput:
        onProgress &&
        (chunk => {
          for (const line of chunk.toString().split(/[\r\n]+/))
            if (PROGRESS.test(line)) onProgress(line);
        }),
    }),
  );
  const { exitCode, stdout, endedFor } = ended;
  if (endedFor === 'abort') throw new Aborted({ cause: options.signal?.reason });
  const printed = ended.stderr.toString();
  const said = onProgress ? withoutProgress(printed) : printed;
  const stderr = sanitizeOutput(said, options.secrets ?? []);
  if (options.most !== undefined && endedFor === 'output') return { exitCode: 0, stdout, stderr };
  if (exitCode !== 0 && NO_SPACE.test(stderr))
    throw new DiskFull(`${what} had no space left on the disk of ${options.dir}. ${stderr}`);
  const [invalid] = (exitCode !== 0 && INVALID_PATH.exec(stderr)) || [];
  if (invalid !== undefined)
    throw new WorkspaceRefused(
      `${what}: ${invalid}, which git never checks out. Rename or remove it.`,
    );
  const met = limitMet(limits, ended, stderr);
  if (met !== null && limits.refuses)
    throw new WorkspaceRefused(`${what} was stopped: it ${met}. ${stderr}`.trim());
  if (exitCode === null)
    throw new Error(`${what} could not run (${met ?? ended.signal ?? 'no reason'}). ${stderr}`);
  return { exitCode, stdout, stderr };
}

/** What the system says of the disk; a line that begins with `remote: ` tells of the server's. */
const NO_SPACE =
  /^(?!remote: ).*(?:: (?:No space left on device|Disk quota exceeded)|Out of diskspace)$/im;

/** A path that is git's own, here or on another system, and whatever climbs out of the tree. */
const INVALID_PATH = /(?<=^error: )invalid path '.{1,4096}?'$/ms;

/** Such as `Receiving objects:  45% (450/1000), 1.20 MiB | 2.00 MiB/s`, or the server's own. */
const PROGRESS = /^(?:remote: )?[A-Z][a-z]+ (?:objects|deltas|references)?: *\d+/;

const withoutProgress = (printed: string): string =>
  printed
    .split(/[\r\n]+/)
    .filter(line => !/^(?:remote: )?[A-Z][A-Za-z ]+: *\d+/.test(line))
    .join('\n');

/** Runs git and returns its output; throws with git's error output where it fails. */
export async function git(args: string[], options: GitOptions): Promise<Buffer> {
  return outputOf(args, await tryGit(args, options));
}

function outputOf(args: string[], { exitCode, stdout, stderr }: GitResult): Buffer {
  if (exitCode !== 0) throw new Error(`git ${args[0]} failed (${exitCode}): ${stderr}`);
  return stdout;
}

/** Runs git and returns the one line that it prints. */
export async function gitLine(args: string[], options: GitOptions): Promise<string> {
  return (await git(args, options)).toString().trim();
}

/** Answers that are kept, with what was asked, take at most so many bytes. */
const KEPT_BYTES = 64 * 1024 * 1024;
const answers = createAnswerCache<string, GitResult>(10_000, undefined, {
  of: ({ stdout, stderr }) => stdout.length + stderr.length + 1_000,
  most: KEPT_BYTES,
});

export type Lasting = Pick<GitOptions, 'dir' | 'limits' | 'most'>;

/**
 * Asks git about objects by their full names and nothing else, as `tryGit` does. The answer is the
 * same for ever and in every git directory that has these objects, so it is kept.
 */
export const tryGitOnce = (args: string[], options: Lasting): Promise<GitResult> =>
  keepAnswer([args, options.most], () => tryGit(args, options));

/** Keeps what git answers to a question, or gives what it answered before. */
export async function keepAnswer(
  question: unknown,
  ask: () => Promise<GitResult>,
): Promise<GitResult> {
  const key = JSON.stringify(question);
  const result = await answers.get(key, ask);
  // Above 1 git could not answer, such as where an object is missing.
  if (result.exitCode > 1) answers.forget(key);
  return result;
}

/** The same, as `git` does it. */
export const gitOnce = async (args: string[], options: Lasting): Promise<Buffer> =>
  outputOf(args, await tryGitOnce(args, options));

const askTree = (name: string): string[] => ['rev-parse', '--verify', `${name}^{tree}`];

/** The tree of a commit or tree that exists in the git directory. */
export async function treeOf(dir: string, name: string): Promise<string> {
  return (await gitOnce(askTree(name), { dir })).toString().trim();
}

/** Spares the question which tree a commit has that was made from it. */
export async function knowTree(commit: string, tree: string): Promise<void> {
  const answer = { exitCode: 0, stdout: Buffer.from(tree), stderr: '' };
  await keepAnswer([askTree(commit), undefined], async () => answer);
}

/** Splits NUL-separated records; with latin1, one character is one byte. */
export const records = (output: Buffer, encoding: 'utf8' | 'latin1' = 'utf8'): string[] =>
  output.toString(encoding).split('\0').slice(0, -1);

/** Throws unless the name is a full object name; called before a name becomes an argument of git. */
export function assertObjectName(name: string): void {
  if (!/^[0-9a-f]{40}$/.test(name))
    throw new Error(`${JSON.stringify(name)} is not a full object name.`);
}
