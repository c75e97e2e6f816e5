/** A copy of `src` in which files are changed as a recipe of docs/extending.md says. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** By the path of the file: the text of a new one, or what is put before a text of one that is there. */
export type Edits = Record<string, string | { before: string; put: string }[]>;

export async function editedSource(
  edits: Edits,
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-extended-'));
  await cp(join(root, 'src'), join(folder, 'src'), { recursive: true });
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  for (const name of ['node_modules', 'policies'])
    await symlink(join(root, name), join(folder, name));
  for (const [path, edit] of Object.entries(edits)) {
    const file = join(folder, path);
    await writeFile(
      file,
      typeof edit === 'string' ? edit : put(await readFile(file, 'utf8'), edit),
    );
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Fails where the recipe's place is gone: then the recipe is to be written anew. */
const put = (text: string, edits: { before: string; put: string }[]): string =>
  edits.reduce((changed, { before, put: added }) => {
    if (changed.split(before).length !== 2)
      throw new Error(`${JSON.stringify(before)} does not stand there once`);
    return changed.replace(before, () => added + before);
  }, text);
