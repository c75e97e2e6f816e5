/** A repository's own configuration, from its default branch; npm's commands where it has none. */
import { isMap, isSeq, LineCounter, parseDocument, type Range } from 'yaml';
import { z } from 'zod';
import type { Repository } from '../../core/actor.ts';
import { RepositoryConfig } from '../../core/repository-config.ts';
import type { Parts } from '../parts.ts';

export const CONFIG_PATH = '.github/gatehouse.yml';
const LARGEST = 64 * 1024;
const MOST_FAULTS = 20;

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

/** Faults with their lines, the first few; aliases (YAML bombs), duplicate and unknown keys are refused. */
export function parse(text: string): ReadConfig {
  const fault = (faults: string[]): ReadConfig => ({
    ...{ ok: false, path: CONFIG_PATH, faults: faults.slice(0, MOST_FAULTS) },
  });
  if (Buffer.byteLength(text) > LARGEST) return fault([`It is larger than ${LARGEST} bytes.`]);
  const lines = new LineCounter();
  const at = (offset: number) => `line ${lines.linePos(offset).line}`;
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return fault(broken.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    return fault(['Aliases are not allowed.']);
  }
  const config = RepositoryConfig.safeParse(value);
  if (config.success) return { ok: true, config: config.data };
  const place = (path: PropertyKey[], message: string) =>
    `${at(offsetOf(document.contents, path))}: ${path.join('.') || 'file'}: ${message}`;
  return fault(
    config.error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => place([...issue.path, key], 'unknown key'))
        : [place(issue.path, issue.message)],
    ),
  );
}

/** Where a path stands, or as much of it as there is. */
function offsetOf(contents: unknown, path: PropertyKey[]): number {
  let node = contents;
  let offset = 0;
  for (const step of path) {
    const pair = isMap<{ value: unknown; range: Range }>(node)
      ? node.items.find(({ key }) => key.value === step)
      : null;
    const next = pair ? pair.key : isSeq<{ range: Range }>(node) ? node.items[Number(step)] : null;
    if (!next) break;
    offset = next.range[0];
    node = pair ? pair.value : next;
  }
  return offset;
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
