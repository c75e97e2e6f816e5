import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Served } from './registries.ts';

/** What Debian's packages of Maven's plugins install: a repository in the usual layout. */
const DEBIAN = '/usr/share/maven-repo';

/** The packages that hold what `mvn test` loads; Maven's own brings none of them. */
export const MAVEN_PACKAGES = [
  'libmaven-resources-plugin-java',
  'libmaven-compiler-plugin-java',
  'libsurefire-java',
  'junit4',
];

export const hasMavenPlugins = (): boolean =>
  ['maven-resources-plugin', 'maven-compiler-plugin', 'maven-surefire-plugin'].every(plugin =>
    existsSync(join(DEBIAN, 'org/apache/maven/plugins', plugin)),
  ) && existsSync(join(DEBIAN, 'junit/junit'));

export async function mavenRepository(): Promise<Served> {
  const entries = await readdir(DEBIAN, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter(entry => !entry.isDirectory() && /\.(pom|jar)$/.test(entry.name));
  const read = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [`/maven${path.slice(DEBIAN.length)}`, await readFile(path)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
