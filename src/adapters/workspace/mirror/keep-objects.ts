/** What was pushed is kept in the mirror: otherwise it would be fetched back from GitHub to be looked at. */
import { link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Git finds a pack by its index: so that comes last. */
const inOrder = (a: string, b: string) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx'));

/** Adds the objects of a git directory on the same file system to a mirror. Their names say what they are, so what is there stays. */
export async function keepObjects(dir: string, mirror: string): Promise<void> {
  const objects = join(dir, 'objects');
  const folders = (await readdir(objects)).filter(name => /^(?:pack|[0-9a-f]{2})$/.test(name));
  for (const folder of folders) {
    await mkdir(join(mirror, 'objects', folder), { recursive: true });
    for (const file of (await readdir(join(objects, folder))).sort(inOrder))
      await link(join(objects, folder, file), join(mirror, 'objects', folder, file)).catch(
        error => {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        },
      );
  }
}
