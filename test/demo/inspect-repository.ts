/** A repository of the user's, looked at before anything is started: whether it can be played on. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { execa } from 'execa';
import { nameMatches } from '../../src/core/paths/file-name.ts';
import { detectProject, notesOn } from '../../src/toolchain/detect.ts';
import { KNOWN_FILES, LARGEST_READ } from '../../src/toolchain/known-files.ts';
import { fileText } from '../../src/toolchain/project.ts';
import type { GivenCommands, RepositoryCommand } from './options.ts';

type UserRepository = {
  /** The whole of it, where the path names a folder in it. */
  root: string;
  name: string;
  branch: string;
  /** What of it is not taken as it lies there, each a sentence. */
  notes: string[];
};

const git = (path: string, ...args: string[]) =>
  execa('git', ['-C', path, ...args], { reject: false });

/** Throws with what to do where it can't be played on. */
export async function inspectRepository(path: string): Promise<UserRepository> {
  const folder = await stat(path).catch(() => null);
  if (folder === null) throw new Error(`--repo ${path} does not exist`);
  if (!folder.isDirectory())
    throw new Error(`--repo ${path} is a file: name the folder of a clone`);
  const root = await rootOf(path);
  const [head, commit, format, shallow, promisor] = await Promise.all([
    git(root, 'symbolic-ref', '--short', 'HEAD'),
    git(root, 'rev-parse', '--verify', 'HEAD'),
    git(root, 'rev-parse', '--show-object-format'),
    git(root, 'rev-parse', '--is-shallow-repository'),
    git(root, 'config', '--get-regexp', '^remote\\..*\\.promisor$'),
  ]);
  if (commit.exitCode !== 0) throw new Error(`--repo ${path} has no commit yet`);
  if (head.exitCode !== 0)
    throw new Error(
      `--repo ${path} has no branch checked out: run \`git switch -c demo\` there first`,
    );
  if (shallow.stdout === 'true')
    throw new Error(
      `--repo ${path} is a shallow clone, which GitHub would not take: run \`git fetch --unshallow\` there first`,
    );
  if (promisor.exitCode === 0)
    throw new Error(
      `--repo ${path} is a partial clone, which lacks contents: name one that was made without --filter`,
    );
  if (format.stdout === 'sha256')
    throw new Error(`--repo ${path} names its objects by SHA-256, which GitHub does not take`);
  return { root, name: nameOf(root), branch: head.stdout, notes: await notesOf(path, root) };
}

/** The top of the clone that the path is in, or a bare repository itself. */
async function rootOf(path: string): Promise<string> {
  const bare = await git(path, 'rev-parse', '--is-bare-repository');
  if (bare.stderr.includes('dubious ownership'))
    throw new Error(
      `--repo ${path} belongs to somebody else, so git does not read it: run \`git config --global --add safe.directory '${resolve(path)}'\` first`,
    );
  const top = await git(
    path,
    'rev-parse',
    bare.stdout === 'true' ? '--absolute-git-dir' : '--show-toplevel',
  );
  if (top.exitCode !== 0)
    throw new Error(`--repo ${path} is not a git repository: name the folder of a clone`);
  return top.stdout;
}

const LONGEST_NAME = 100;

/** As GitHub takes names. */
function nameOf(root: string): string {
  const name = basename(root)
    .replace(/\.git$/, '')
    .normalize('NFC')
    .replace(/[^\w.-]/g, '-')
    .slice(0, LONGEST_NAME);
  return /^[-.]*$/.test(name) ? 'repository' : name;
}

async function notesOf(path: string, root: string): Promise<string[]> {
  const [inside, changed] = await Promise.all([
    git(path, 'rev-parse', '--show-prefix'),
    git(root, 'status', '--porcelain', '--ignore-submodules=all'),
  ]);
  return [
    ...(inside.stdout === '' ? [] : [`${resolve(path)} is a folder of it; all of it is taken.`]),
    ...(changed.stdout === '' ? [] : ['What is not committed there is not part of it.']),
  ];
}

/** Throws where nobody says what the command is; what `gatehouse.yml` says is read later. */
export async function needsCommand(
  root: string,
  command: RepositoryCommand,
  given: GivenCommands,
): Promise<void> {
  if (given[command]) return;
  const { stdout } = await git(root, 'ls-tree', '-r', '-z', '--full-tree', 'HEAD');
  const entries = stdout.split('\0').map(entry => {
    const tab = entry.indexOf('\t');
    return { isFile: entry.startsWith('100'), path: entry.slice(tab + 1) };
  });
  if (entries.some(({ path }) => /^\.github\/gatehouse\.ya?ml$/i.test(path))) return;
  const paths = entries
    .filter(({ isFile, path }) => isFile && nameMatches(path, KNOWN_FILES))
    .map(({ path }) => path);
  const { detection, choice } = await detectProject(
    paths,
    path => textAtHead(root, path),
    undefined,
  );
  if (detection.commands.some(({ name }) => name === command)) return;
  const notes = notesOn(undefined, choice, detection).map(note => ` ${note}`);
  const others = detection.commands
    .map(({ name }) => name)
    .filter(name => name === 'test' || name === 'lint');
  const other = others[0] ? `, or run the one that it has with --command ${others[0]}` : '';
  throw new Error(
    `no ${command} command was found in ${root}. Say what it is with --${command} "COMMAND"${other}.${notes.join('')}`,
  );
}

async function textAtHead(root: string, path: string) {
  const { stdout } = await execa('git', ['-C', root, 'cat-file', 'blob', `HEAD:${path}`], {
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    // More of it ends git.
    maxBuffer: LARGEST_READ + 1,
  });
  return fileText(stdout);
}
