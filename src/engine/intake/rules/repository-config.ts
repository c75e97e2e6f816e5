/**
 * A repository's own configuration, from its default branch, with the commands that its files speak for
 * on the branch that is worked on.
 */
import type { Repository } from '../../../core/actor.ts';
import { commandText } from '../../../core/command-line.ts';
import { Ecosystem, type Toolchain } from '../../../core/ecosystem.ts';
import type { RepositoryConfig } from '../../../core/repository-config/repository-config.ts';
import type { PolicyFault } from '../../../policy/fault.ts';
import { detectProject, notesOn } from '../../../toolchain/detect.ts';
import { KNOWN_FILES, LARGEST_READ } from '../../../toolchain/known-files.ts';
import { type FileText, fileText } from '../../../toolchain/project.ts';
import { ecosystemsOf } from '../../../toolchain/tools.ts';
import type { Dependencies } from '../../dependencies.ts';
import { rulesOf } from '../../policies/of-repository.ts';
import { placeIn, type Rules } from '../../policies/rules.ts';
import { roleFaults } from './config-faults.ts';

type Needs = Pick<Dependencies, 'workspaces' | 'github' | 'policies' | 'profiles'>;

/** Each fault with its line. */
type Misconfigured = { ok: false; path: string; faults: string[] };

/** `commit`: the head of the default branch. */
export async function readRules(
  deps: Needs,
  repository: Repository,
  commit: string,
): Promise<
  ({ ok: true } & Pick<Rules, 'config' | 'graphs' | 'schedules' | 'places'>) | Misconfigured
> {
  const rules = await rulesOf(deps, repository, commit);
  const { config, graphs, schedules, places } = rules;
  return (
    misconfigured(rules.faults) ??
    misconfigured(roleFaults(deps, rules)) ?? { ok: true, config, graphs, schedules, places }
  );
}

/** What is wrong with one file, where anything is. */
export function misconfigured(faults: readonly PolicyFault[]): Misconfigured | null {
  const [first] = faults;
  if (!first) return null;
  const said = faults.filter(({ file }) => file === first.file);
  const lines = said.map(({ line, message }) => `line ${line}: ${message}`);
  return { ok: false, path: first.file, faults: lines };
}
/** With the commands that are found in the files of `base`, where the configuration names none. */
export async function readRepositoryConfig(
  deps: Pick<Needs, 'workspaces' | 'github'>,
  repository: Repository,
  { config, places }: Pick<Rules, 'config' | 'places'>,
  base: { ref: string; sha: string },
): Promise<{ ok: true; config: RepositoryConfig; toolchain: Toolchain } | Misconfigured> {
  const commit = base.sha;
  const source = { repository, remote: await deps.github.facts.remote(repository, 'read') };
  const paths = await deps.workspaces.findFiles(source, commit, KNOWN_FILES);
  const { choice, detection } = await detectProject(
    paths,
    path => textAt(deps, source, commit, path),
    config.directory,
  );
  const { directory } = choice;
  const isThere =
    !directory ||
    paths.some(path => path.startsWith(`${directory}/`)) ||
    (await deps.workspaces.listFolder(source, commit, directory)).length > 0;
  if (!isThere) {
    const { file, line } = placeIn(places, 'directory');
    const fault = `line ${line}: directory: there is no folder ${directory} on the branch ${base.ref}`;
    return { ok: false, path: file, faults: [fault] };
  }
  const detected = detection.commands.map(({ name, argv }) => [name, argv] as const);
  const commands = { ...Object.fromEntries(detected), ...config.commands };
  const ecosystems = [...detection.ecosystems, ...ecosystemsOf(commands.install ?? [])];
  return {
    ok: true,
    config: { ...config, ...(directory ? { directory } : {}), commands },
    toolchain: {
      ecosystems: Ecosystem.options.filter(name => ecosystems.includes(name)),
      found: detection.commands
        .filter(({ name }) => config.commands[name] === undefined)
        .map(({ name, argv, because }) => ({ name, command: commandText(argv), because })),
      notes: notesOn(config.directory, choice, detection),
    },
  };
}

async function textAt(
  { workspaces }: Pick<Dependencies, 'workspaces'>,
  source: Parameters<Dependencies['workspaces']['readFile']>[0],
  commit: string,
  path: string,
): Promise<FileText> {
  const content = await workspaces.readFile(source, commit, path, LARGEST_READ + 1);
  return fileText(content ?? new Uint8Array());
}
