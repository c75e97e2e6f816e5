/** A repository of the user's, looked at before anything is started: whether it can be played on. */
import { lstat, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { readFileText } from '../../src/cli/read-file-text.ts';
import { nameMatches } from '../../src/core/file-name.ts';
import { detectProject, notesOn } from '../../src/toolchain/detect.ts';
import { KNOWN_FILES } from '../../src/toolchain/known-files.ts';
import type { GivenCommands, RepositoryCommand } from './options.ts';

const git = (path: string, ...args: string[]) =>
  execa('git', ['-C', path, ...args], { reject: false });

/** Its name and branch; throws with what to do where it is none. */
export async function inspectRepository(path: string): Promise<{ name: string; branch: string }> {
  const folder = await stat(path).catch(() => null);
  if (folder === null) throw new Error(`--repo ${path} does not exist`);
  if (!folder.isDirectory())
    throw new Error(`--repo ${path} is a file: name the folder of a clone`);
  const top = await git(path, 'rev-parse', '--show-toplevel');
  if (top.stderr.includes('dubious ownership'))
    throw new Error(
      `--repo ${path} belongs to somebody else, so git does not read it: run \`git config --global --add safe.directory ${resolve(path)}\` first`,
    );
  if (top.exitCode !== 0)
    throw new Error(`--repo ${path} is not a git repository: name the folder of a clone`);
  const head = await git(path, 'symbolic-ref', '--short', 'HEAD');
  const commit = await git(path, 'rev-parse', '--verify', 'HEAD');
  if (commit.exitCode !== 0) throw new Error(`--repo ${path} has no commit yet`);
  if (head.exitCode !== 0)
    throw new Error(`--repo ${path} has no branch checked out: run \`git switch -c demo\` there`);
  const name = top.stdout.split('/').at(-1) ?? 'repository';
  return { name: name.replace(/[^\w.-]/g, '-'), branch: head.stdout };
}

/** Throws where nobody says what the command is; what `gatehouse.yml` says is read later. */
export async function needsCommand(
  path: string,
  command: RepositoryCommand,
  given: GivenCommands,
): Promise<void> {
  if (given[command]) return;
  const { stdout: root } = await git(path, 'rev-parse', '--show-toplevel');
  const { stdout } = await git(root, 'ls-tree', '-r', '-z', '--name-only', 'HEAD');
  const tracked = stdout.split('\0');
  if (tracked.some(file => /^\.github\/gatehouse\.ya?ml$/i.test(file))) return;
  const paths: string[] = [];
  for (const file of tracked.filter(each => nameMatches(each, KNOWN_FILES)).sort()) {
    const found = await lstat(join(root, file)).catch(() => null);
    if (found?.isFile()) paths.push(file);
  }
  const { detection, choice } = await detectProject(
    paths,
    file => readFileText(join(root, file)),
    undefined,
  );
  if (detection.commands.some(({ name }) => name === command)) return;
  const notes = notesOn(undefined, choice, detection).map(note => ` ${note}`);
  const others = detection.commands
    .map(({ name }) => name)
    .filter(name => name === 'test' || name === 'lint');
  const other = others[0] ? `, or run the one that it has with --command ${others[0]}` : '';
  throw new Error(
    `no ${command} command was found in ${path}. Say what it is with --${command} "COMMAND"${other}.${notes.join('')}`,
  );
}
