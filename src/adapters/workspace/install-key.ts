/** The key under which the result of an install is kept: what decides it, as one digest. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../core/decision.ts';
import { baseName, nameMatches } from '../../core/file-name.ts';
import type { Install } from '../../engine/ports/workspace.ts';
import { git, records } from './git.ts';
import { mirrorWithCommit } from './mirror.ts';
import type { RepositorySource } from './remote-access.ts';
import type { WorkspaceSettings } from './settings.ts';

/** Names of files that decide what an install makes, in whatever folder they are. */
const DECIDES_INSTALL = new Set([
  ...['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'],
  ...['pnpm-workspace.yaml', 'bun.lock', 'bun.lockb', 'deno.lock', '.npmrc', '.yarnrc'],
  ...['.yarnrc.yml', '.nvmrc', '.node-version', '.tool-versions', 'requirements.txt'],
  ...['pyproject.toml', 'poetry.lock', 'uv.lock', 'Pipfile', 'Pipfile.lock', 'setup.py'],
  ...['setup.cfg', 'go.mod', 'go.sum', 'Cargo.toml', 'Cargo.lock', 'Gemfile', 'Gemfile.lock'],
  ...['composer.json', 'composer.lock', 'mix.lock', 'pom.xml', 'build.gradle', 'build.gradle.kts'],
  ...['settings.gradle', 'settings.gradle.kts', 'gradle.properties', 'gradle.lockfile'],
  ...['libs.versions.toml', 'gradle-wrapper.properties', 'maven-wrapper.properties', 'go.work'],
  ...['go.work.sum', 'rust-toolchain', 'rust-toolchain.toml', '.python-version', '.ruby-version'],
]);

/** The digest of these files, of patches to packages, of the command and of the platform. */
export async function installKey(
  settings: WorkspaceSettings,
  source: RepositorySource,
  commit: string,
  install: Install,
): Promise<Digest> {
  const dir = await mirrorWithCommit(settings, source, commit);
  const entries = records(await git(['ls-tree', '-r', '-z', '--full-tree', commit], { dir }));
  const decisive = entries.filter(entry => {
    const path = entry.slice(entry.indexOf('\t') + 1);
    return (
      DECIDES_INSTALL.has(baseName(path)) ||
      nameMatches(path, ['requirements*.txt', '*requirements.txt', '*.gemspec']) ||
      /(^|\/)requirements\/[^/]+\.txt$/.test(path) ||
      path.startsWith('patches/') ||
      path.startsWith('.yarn/')
    );
  });
  const text = JSON.stringify([
    install.argv,
    install.directory,
    process.platform,
    process.arch,
    decisive,
  ]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
