/** A repository's own configuration, from its default branch; npm's commands where it has none. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Repository } from '../../core/actor.ts';
import { RepositoryConfig } from '../../core/repository-config.ts';
import type { Parts } from '../parts.ts';

export const CONFIG_PATH = '.github/gatehouse.yml';
const LARGEST = 64 * 1024;

export type ReadConfig =
  | { ok: true; config: RepositoryConfig }
  | { ok: false; path: string; faults: string[] };

export async function readRepositoryConfig(
  { workspaces, github }: Pick<Parts, 'workspaces' | 'github'>,
  repository: Repository,
  commit: string,
): Promise<ReadConfig> {
  const source = { repository, remote: github.facts.remote(repository, 'read') };
  const read = async (path: string) =>
    (await workspaces.readFile(source, commit, path))?.toString('utf8') ?? null;
  const text = await read(CONFIG_PATH);
  const parsed =
    text === null ? { ok: true as const, config: RepositoryConfig.parse({}) } : parse(text);
  if (!parsed.ok) return parsed;
  const detected = npmCommands(
    await read('package.json'),
    (await read('package-lock.json')) !== null,
  );
  const commands = { ...detected, ...parsed.config.commands };
  return { ok: true, config: { ...parsed.config, commands } };
}

/** Every fault with its line; aliases (YAML bombs), duplicate and unknown keys are refused. */
export function parse(text: string): ReadConfig {
  const fault = (faults: string[]): ReadConfig => ({ ok: false, path: CONFIG_PATH, faults });
  if (text.length > LARGEST) return fault([`It is larger than ${LARGEST} bytes.`]);
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  const broken = [...document.errors, ...document.warnings].map(
    error => error.message.split('\n')[0] ?? '',
  );
  if (broken.length > 0) return fault(broken);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    return fault(['Aliases are not allowed.']);
  }
  const config = RepositoryConfig.safeParse(value);
  if (config.success) return { ok: true, config: config.data };
  return fault(
    config.error.issues.map(issue => `${issue.path.join('.') || 'file'}: ${issue.message}`),
  );
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
