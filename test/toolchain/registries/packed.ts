import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A gzipped tar archive with these files in one folder, as most registries keep packages. */
export async function packed(
  folder: string,
  root: string,
  files: Record<string, string>,
): Promise<Buffer> {
  await written(folder, root, files);
  execFileSync('tar', ['-czf', 'package.tgz', root], { cwd: folder });
  return readFile(join(folder, 'package.tgz'));
}

/** A zip archive, made by Python, because not every machine has `zip`. */
export async function zipped(
  folder: string,
  root: string,
  files: Record<string, string>,
): Promise<Buffer> {
  await written(folder, root, files);
  // A Go module's archive has no entries for folders.
  const script =
    'import sys, zipfile\nwith zipfile.ZipFile("package.zip", "w") as archive:\n    for path in sys.argv[1:]: archive.write(path)';
  const paths = Object.keys(files).map(path => join(root, path));
  execFileSync('/usr/bin/python3', ['-c', script, ...paths], { cwd: folder });
  return readFile(join(folder, 'package.zip'));
}

async function written(folder: string, root: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const to = join(folder, root, path);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, text);
  }
}
