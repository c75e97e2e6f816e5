import { refTip } from './branches.ts';
import { startGit } from './git-shell.ts';

/** Nothing of the developer's own git configuration may reach these repositories. */
export const GIT_ENVIRONMENT = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers rather than failures. */
  readonly accept?: readonly number[];
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
}

/** Runs git in a directory and gives its exit code and raw output. */
export async function runGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const env = { ...GIT_ENVIRONMENT, ...options.env };
  const { code, stdout, stderr } = await startGit(directory, args, env, options.input);
  const accepted = code === 0 || options.accept?.includes(code);
  if (!accepted) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return { code, stdout };
}

/** Runs git and gives its output as text, without the last line break. */
export async function git(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const { stdout } = await runGit(directory, args, options);
  return stdout.toString().replace(/\n$/, '');
}

/** Commits by their full name, which stay what they are. */
const commits = new Set<string>();

export async function resolveCommit(
  directory: string,
  revision: string,
): Promise<string | undefined> {
  if (revision.startsWith('-')) return undefined;
  const known = `${directory} ${revision}`;
  if (commits.has(known)) return revision;
  // A tag stands before a branch of its name, and may be more than the name of a commit.
  const isTag = (await refTip(directory, `refs/tags/${revision}`)) !== undefined;
  const tip = isTag ? undefined : await refTip(directory, `refs/heads/${revision}`);
  if (tip !== undefined) return tip;
  const { code, stdout } = await runGit(
    directory,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    { accept: [1, 128] },
  );
  const commit = code === 0 ? stdout.toString().trim() : undefined;
  if (commit === revision) commits.add(known);
  return commit;
}
