/** What a repository's own files say of where npm reads packages, as far as the operator's registries go. */
import { posix } from 'node:path';
import { createdOf } from '../../../core/task/state/state.ts';
import { NPM_FILES, namesScope } from '../../../toolchain/own-registries.ts';
import type { RunContext } from '../run-context.ts';

/** Of longer files the rest is not read, in bytes. */
const MOST_OF_NPMRC = 64 * 1024;
const MOST_OF_FILE = 16 * 1024 * 1024;

export type NpmNeeds = {
  /** The operator's scopes of which the repository needs packages. */
  scopes: string[];
  /** The texts of its `.npmrc`. */
  npmrc: string[];
};

/** Looks at the top and in `directory`, and only where npm has a registry of the operator's. */
export async function npmNeeds({ deps, folded }: RunContext): Promise<NpmNeeds> {
  const { repository, config, toolchain } = createdOf(folded.state);
  const { registries, scopes } = deps.settings.install;
  const needs: NpmNeeds = { scopes: [], npmrc: [] };
  if (!toolchain.ecosystems.includes('npm') || !(registries.has('npm') || scopes.size > 0))
    return needs;
  const source = { repository, remote: await deps.github.facts.remote(repository, 'read') };
  const { parent } = folded.state;
  const found = new Set<string>();
  for (const folder of new Set(['', config.directory ?? '']))
    for (const name of NPM_FILES) {
      const isNpmrc = name === '.npmrc';
      // Contents are the repository's to choose, so there is one of them at a time.
      if (!isNpmrc && found.size === scopes.size) continue;
      const path = posix.join(folder, name);
      const most = isNpmrc ? MOST_OF_NPMRC : MOST_OF_FILE;
      const file = await deps.workspaces.readFile(source, parent, path, most);
      if (!file) continue;
      if (isNpmrc) needs.npmrc.push(file.toString('utf8'));
      for (const scope of scopes.keys()) if (namesScope(file, scope)) found.add(scope);
    }
  needs.scopes = [...found];
  return needs;
}
