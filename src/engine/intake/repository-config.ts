/** A repository's own configuration, from its default branch; npm's commands where it has none. */
import { z } from 'zod';
import type { Repository } from '../../core/actor.ts';
import type { RepositoryConfig } from '../../core/repository-config.ts';
import type { Dependencies } from '../dependencies.ts';
import { rulesOf } from '../policies/of-repository.ts';

export type ReadConfig =
  | { ok: true; config: RepositoryConfig }
  /** Each fault with its line. */
  | { ok: false; path: string; faults: string[] };

export async function readRepositoryConfig(
  deps: Pick<Dependencies, 'workspaces' | 'github' | 'policies'>,
  repository: Repository,
  commit: string,
): Promise<ReadConfig> {
  const { config, faults } = await rulesOf(deps, repository, commit);
  const [first] = faults;
  if (first) {
    const said = faults.filter(({ file }) => file === first.file);
    const lines = said.map(({ line, message }) => `line ${line}: ${message}`);
    return { ok: false, path: first.file, faults: lines };
  }
  const source = { repository, remote: deps.github.facts.remote(repository, 'read') };
  const read = async (path: string) =>
    (await deps.workspaces.readFile(source, commit, path))?.toString('utf8') ?? null;
  const detected = npmCommands(
    await read('package.json'),
    (await read('package-lock.json')) !== null,
  );
  return { ok: true, config: { ...config, commands: { ...detected, ...config.commands } } };
}

const Manifest = z.looseObject({ scripts: z.record(z.string(), z.string()).optional() });

/** What npm knows to do in a repository with a manifest. */
function npmCommands(manifest: string | null, locked: boolean): RepositoryConfig['commands'] {
  if (manifest === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(manifest);
  } catch {
    return {};
  }
  const scripts = Manifest.safeParse(value).data?.scripts ?? {};
  return {
    install: ['npm', locked ? 'ci' : 'install'],
    ...(scripts.lint ? { lint: ['npm', 'run', 'lint'] } : {}),
    ...(scripts.test ? { test: ['npm', 'test'] } : {}),
  };
}
