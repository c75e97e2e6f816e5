import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Served } from './registries.ts';

/** What Debian's packages of Maven's plugins install: a repository in the usual layout. */
const DEBIAN = '/usr/share/maven-repo';

export async function mavenRepository(): Promise<Served> {
  const entries = await readdir(DEBIAN, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter(entry => !entry.isDirectory() && /\.(pom|jar)$/.test(entry.name));
  const read = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [`/maven${path.slice(DEBIAN.length)}`, await readFile(path)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
