/** The key under which the result of an install is kept: what decides it, as one digest. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../core/decision.ts';
import { git, records } from './git.ts';
import { mirrorWithCommit, type RepositorySource } from './mirror.ts';

/** Names of files that decide what an install makes, in whatever folder they are. */
const DECIDES_INSTALL = new Set([
  ...['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'],
  ...['pnpm-workspace.yaml', 'bun.lock', 'bun.lockb', 'deno.lock', '.npmrc', '.yarnrc'],
  ...['.yarnrc.yml', '.nvmrc', '.node-version', '.tool-versions', 'requirements.txt'],
  ...['pyproject.toml', 'poetry.lock', 'uv.lock', 'Pipfile', 'Pipfile.lock', 'setup.py'],
  ...['setup.cfg', 'go.mod', 'go.sum', 'Cargo.toml', 'Cargo.lock', 'Gemfile', 'Gemfile.lock'],
  ...['composer.json', 'composer.lock', 'mix.lock'],
]);

/** The digest of these files, of patches to packages, of the command and of the platform. */
export async function installKey(
  stateDir: string,
  source: RepositorySource,
  commit: string,
  argv: string[],
): Promise<Digest> {
  const dir = await mirrorWithCommit(stateDir, source, commit);
  const entries = records(await git(['ls-tree', '-r', '-z', '--full-tree', commit], { dir }));
  const decisive = entries.filter(entry => {
    const path = entry.slice(entry.indexOf('\t') + 1);
    return (
      DECIDES_INSTALL.has(path.slice(path.lastIndexOf('/') + 1)) ||
      path.startsWith('patches/') ||
      path.startsWith('.yarn/')
    );
  });
  const text = JSON.stringify([argv, process.platform, process.arch, decisive]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
