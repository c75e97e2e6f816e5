/** How a repository is installed and tested, as its own files say: what was found, and why. */
import { commandText } from '../core/command-line.ts';
import { baseName, folderOf, nameMatches } from '../core/paths/file-name.ts';
import { MAKEFILES, MANIFESTS, NPM_LOCKFILES } from '../core/tool-files.ts';
import { infrastructureLints } from './infrastructure.ts';
import { isAside, OTHER_TOOLS, TESTS, textsOf } from './known-files.ts';
import { hasTest, type Languages, languagesIn } from './languages.ts';
import { testScripts } from './node.ts';
import {
  type DetectedCommand,
  type FileText,
  type Project,
  projectAt,
  type RepositoryFiles,
} from './project.ts';

export type Detection = Languages & {
  /** Lint commands that are not run, because the repository's lint is another one; and that one. */
  unusedLints: { lint: DetectedCommand; instead: DetectedCommand }[];
  /** Files of tools whose commands nobody can find out. */
  otherTools: string[];
  /** Scripts whose names are like that of a test, where none is called so. */
  scripts: string[];
  /** A file with tests; `null` where there is none. */
  test: string | null;
};

export function detectIn(directory: string, files: RepositoryFiles): Detection {
  const project = projectAt(directory, files);
  const built = languagesIn(project);
  const [first, ...others] = infrastructureLints(project);
  const own = built.commands.find(({ name }) => name === 'lint');
  const lint = own ?? first;
  const unused = own && first ? [first, ...others] : others;
  return {
    ...built,
    commands: own || !first ? built.commands : [...built.commands, first],
    unusedLints: lint ? unused.map(each => ({ lint: each, instead: lint })) : [],
    otherTools: otherToolsIn(project),
    scripts: testScripts(project),
    test: project.below.find(path => nameMatches(path, TESTS)) ?? null,
  };
}

/** The outermost files of other tools, and a Makefile, which may test by a target that is not known here. */
function otherToolsIn(project: Project): string[] {
  const files = project.below.filter(
    path =>
      nameMatches(path, [...OTHER_TOOLS, ...MAKEFILES]) ||
      // A lockfile without its manifest is the rest of something.
      (NPM_LOCKFILES.includes(path) && !project.has('package.json')) ||
      (path === 'tox.ini' && /^\[(?:tox|testenv)/m.test(project.text(path))),
  );
  const folders = new Set(files.map(folderOf).filter(folder => !isAside(folder)));
  const kept = new Set(outermost(folders));
  return files.filter(path => kept.has(folderOf(path)));
}

/** `directory`: empty for the root. `null`: none. `candidates`: the outermost folders with a manifest, where the root is not tested. */
export type Choice = { directory: string | null; candidates: string[] };

/** The folder to work in where the configuration names none: the root, or the one with a manifest. */
export function chooseDirectory(files: RepositoryFiles): Choice {
  const { commands, faults } = languagesIn(projectAt('', files));
  if (hasTest(commands)) return { directory: '', candidates: [] };
  const folders = files.paths
    .filter(path => MANIFESTS.includes(baseName(path)))
    .map(folderOf)
    .filter(folder => folder !== '' && !isAside(folder));
  const candidates = outermost(new Set(folders));
  const [only, ...more] = candidates;
  const root = { directory: '', candidates };
  if (commands.length + faults.length > 0) return root;
  // Charts and other YAML alone are worked on from the root.
  if (only === undefined && detectIn('', files).commands.length > 0) return root;
  return { directory: only !== undefined && more.length === 0 ? only : null, candidates };
}

/** Sorted; without the folders that lie in another one. */
const outermost = (folders: ReadonlySet<string>): string[] =>
  [...folders]
    .filter(folder => {
      const parts = folder.split('/');
      return folder === '' || !parts.some((_, at) => folders.has(parts.slice(0, at).join('/')));
    })
    .sort();

/**
 * Detection in the folder that the configuration names, or else in the one that is chosen. `paths`
 * are those of the known files, and `read` gives the text of one.
 */
export async function detectProject(
  paths: readonly string[],
  read: (path: string) => Promise<FileText>,
  named: string | undefined,
): Promise<{ choice: Choice; detection: Detection }> {
  const filesOf = async (directory: string): Promise<RepositoryFiles> => {
    const texts = new Map<string, FileText>();
    for (const path of textsOf(directory, paths)) texts.set(path, await read(path));
    return { paths, texts };
  };
  const choice =
    named === undefined ? chooseDirectory(await filesOf('')) : { directory: named, candidates: [] };
  const { directory, candidates } = choice;
  const detection =
    directory === null && candidates.length > 0
      ? NOTHING
      : detectIn(directory ?? '', await filesOf(directory ?? ''));
  return { choice, detection };
}

const NOTHING: Detection = {
  commands: [],
  ecosystems: [],
  unused: [],
  unusedLints: [],
  otherTools: [],
  scripts: [],
  test: null,
  faults: [],
};

const MOST_NAMED = 5;
const some = (names: string[]): string => names.slice(0, MOST_NAMED).join(', ');

/** What was chosen, or left aside, without anybody saying so; `named` is the configuration's folder. */
export function notesOn(
  named: string | undefined,
  { directory, candidates }: Choice,
  { commands, unused, unusedLints, otherTools, scripts, test, faults }: Detection,
): string[] {
  if (directory === null && candidates.length > 1)
    return [
      `Several folders have a manifest (${some(candidates)}): "directory" in the configuration names the one to use.`,
    ];
  const tested = hasTest(commands);
  return [
    ...faults.map(
      ({ path, problem, language }) => `${path} ${problem}, so no command of ${language} is used.`,
    ),
    ...(directory === '' && candidates.length > 0
      ? [
          `No test was found in the root. Other folders have a manifest (${some(candidates)}): "directory" in the configuration can name one of them.`,
        ]
      : []),
    ...(!tested && scripts.length > 0
      ? [
          `No script is called "test", but there are ${some(scripts)}: "commands" in the configuration can name one.`,
        ]
      : []),
    ...(!tested && otherTools.length > 0
      ? [
          `No commands are known for ${some(otherTools)}: "commands" in the configuration can name them.`,
        ]
      : []),
    ...(!tested && test !== null && scripts.length + otherTools.length === 0
      ? [
          `${test} is there, but no file says how tests are run: "commands" in the configuration can name it.`,
        ]
      : []),
    ...(directory && named === undefined
      ? [`The folder is ${directory}, the only one with a manifest.`]
      : []),
    ...unused.map(
      language =>
        `${language} is there as well, and is neither installed nor tested: "commands" in the configuration can name commands that do.`,
    ),
    ...unusedLints.map(
      ({ lint, instead }) =>
        `\`${commandText(lint.argv)}\` is not run (${lint.because}), because lint is \`${commandText(instead.argv)}\`: \`commands.lint\` in the configuration can name one command for both.`,
    ),
  ];
}
