/** `gatehouse init [PATH]`: writes the `gatehouse.yml` that detection would use, for people to edit. */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { commandText } from '../core/command-line.ts';
import { nameMatches } from '../core/paths/file-name.ts';
import { plain } from '../core/text/plain-text.ts';
import { CONFIG_PATH } from '../engine/policies/rule-files.ts';
import { type Choice, type Detection, detectProject, notesOn } from '../toolchain/detect.ts';
import { KNOWN_FILES, LARGEST_READ } from '../toolchain/known-files.ts';
import { type FileText, fileText } from '../toolchain/project.ts';
import { configurationFile } from './configuration-file.ts';
import { type Output, print } from './output.ts';

export async function init(
  output: Output,
  path: string,
  options: { json: boolean; force: boolean },
): Promise<void> {
  const { root, directory } = await repositoryAt(path);
  const { choice, detection } = await detect(root, directory);
  if (choice.directory === null && choice.candidates.length > 1)
    throw new Error(
      `several folders have a manifest, name one: ${choice.candidates.map(each => `gatehouse init ${join(root, each)}`).join(', ')}`,
    );
  await makeRoom(root, options.force);
  const file = join(root, CONFIG_PATH);
  await mkdir(dirname(file), { recursive: true });
  // Exclusive: a link that stands there is not followed.
  await writeFile(file, configurationFile(choice.directory ?? '', detection), { flag: 'wx' });
  const commands = Object.fromEntries(detection.commands.map(({ name, argv }) => [name, argv]));
  const notes = notesOn(directory, choice, detection);
  print(output, options.json, { file, directory: choice.directory ?? '', commands, notes }, [
    `Wrote ${file}.`,
    ...detection.commands.map(
      ({ name, argv, because }) => `  ${name}: ${plain(commandText(argv))} (${plain(because)})`,
    ),
    ...notes.map(note => `  ${plain(note, 400)}`),
    ...(commands.test
      ? []
      : ['  No test command was found: add one, or nothing that is changed here can be proved.']),
    'Gatehouse reads it once it is on the default branch.',
  ]);
}

/** The root of the clone that holds `path`, and the folder below it that `path` names, if any. */
async function repositoryAt(path: string): Promise<{ root: string; directory?: string }> {
  const [top] = await git(path, ['rev-parse', '--show-toplevel'], '\n');
  const root = await realpath(top ?? path);
  const directory = relative(root, await realpath(path));
  return directory === '' ? { root } : { root, directory };
}

async function git(path: string, args: string[], end: string): Promise<string[]> {
  const most = 256 * 1024 ** 2;
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', path, ...args], { maxBuffer: most });
    return stdout.split(end).filter(line => line !== '');
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const reason = stderr.trim() || (error instanceof Error ? error.message : String(error));
    throw new Error(`${path} can't be read as a clone of a repository: ${plain(reason, 400)}`);
  }
}

/** Regular files that git tracks or would add, as a commit of them would be looked at. */
async function detect(
  root: string,
  directory: string | undefined,
): Promise<{ choice: Choice; detection: Detection }> {
  const listed = await git(
    root,
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    '\0',
  );
  const paths: string[] = [];
  for (const path of new Set(listed.filter(each => nameMatches(each, KNOWN_FILES))))
    if (await isFile(join(root, path))) paths.push(path);
  return detectProject(paths.sort(), path => textOf(join(root, path)), directory);
}

async function textOf(path: string): Promise<FileText> {
  // `end` is the last byte that is read: one more than detection takes shows that there is more.
  const parts: Buffer[] = await createReadStream(path, { end: LARGEST_READ }).toArray();
  return fileText(Buffer.concat(parts));
}

const isFile = (path: string): Promise<boolean> =>
  lstat(path).then(
    stat => stat.isFile(),
    () => false,
  );

/** A file of ours that is there already, however its name is spelt, is replaced only by `--force`. */
async function makeRoom(root: string, force: boolean): Promise<void> {
  const folder = join(root, dirname(CONFIG_PATH));
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const there = names.filter(name => /^gatehouse\.ya?ml$/i.test(name));
  if (there.length > 0 && !force)
    throw new Error(`${join(folder, there[0] ?? '')} is there already: --force replaces it`);
  for (const name of there) await rm(join(folder, name));
}
