/** The key under which the result of an install is kept: what decides it, as one digest. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Digest } from '../../../core/decision.ts';
import { filePattern } from '../../../core/paths/file-pattern.ts';
import {
  LOCKFILES,
  MAKEFILES,
  MANIFESTS,
  MORE_MANIFESTS,
  OTHER_MANIFESTS,
  REGISTRIES,
  RUNTIMES,
} from '../../../core/tool-files.ts';
import type { Install } from '../../../engine/ports/workspace.ts';
import { gitOnce, records } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { mirrorWithCommit } from '../mirror/mirror.ts';
import type { RepositorySource } from '../mirror/remote-access.ts';

/** Files that decide what an install makes, in whatever folder they are. */
const DECIDES_INSTALL = filePattern([
  ...[...MANIFESTS, ...OTHER_MANIFESTS, ...MORE_MANIFESTS],
  ...[...LOCKFILES, ...REGISTRIES, ...RUNTIMES, 'tox.ini'],
]);
/** Folders whose files decide it: patches of packages, and settings of package managers. */
const DECIDING_FOLDERS = /^(?:patches|\.yarn|\.cargo|\.mvn|\.bundle)\//;

/** The digest of the files that decide it, of the command, of who shares it and of the platform. */
export async function installKey(
  settings: WorkspaceSettings,
  source: RepositorySource,
  commit: string,
  install: Install,
): Promise<Digest> {
  const dir = await mirrorWithCommit(settings, source, commit);
  const entries = records(await gitOnce(['ls-tree', '-r', '-z', '--full-tree', commit], { dir }));
  const isPart = decidingFiles(install);
  const decisive = entries.filter(entry => isPart(entry.slice(entry.indexOf('\t') + 1)));
  const text = JSON.stringify([
    install.argv,
    install.directory,
    install.share,
    process.platform,
    process.arch,
    decisive,
  ]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Which paths decide what the install makes. */
export function decidingFiles(install: Omit<Install, 'share'>): (path: string) => boolean {
  const named = filesNamedBy(install);
  return path => DECIDES_INSTALL.test(path) || DECIDING_FOLDERS.test(path) || named.has(path);
}

/** Paths that the command may mean: a script that it starts, a list of packages, make's own file. */
function filesNamedBy({ argv, directory }: Omit<Install, 'share'>): ReadonlySet<string> {
  const words = argv.flatMap(word => word.split(/[\s'"=;&|()]+/));
  const files = words.includes('make') ? [...words, ...MAKEFILES] : words;
  return new Set(files.map(file => posix.join(directory, file)));
}
