/** How a repository is installed and tested, as its own files say: what was found, and why. */
import type { Ecosystem } from '../core/ecosystem.ts';
import { baseName } from '../core/file-name.ts';
import { detectGo, detectJava, detectRust } from './compiled.ts';
import { isAside, MANIFESTS } from './known-files.ts';
import { detectNode } from './node.ts';
import {
  type DetectedCommand,
  type DetectedLanguage,
  type Project,
  projectAt,
  type RepositoryFiles,
} from './project.ts';
import { detectPython } from './python.ts';
import { detectMake, detectPhp, detectRuby } from './scripted.ts';

export type Detection = {
  commands: DetectedCommand[];
  /** Whose registries an install here may need. */
  ecosystems: Ecosystem[];
  /** Languages that are there as well, and whose commands are not used. */
  unused: string[];
};

/** Where several languages have tests, the first of these is tested. */
const LANGUAGES: readonly ((project: Project) => DetectedLanguage | null)[] = [
  ...[detectNode, detectPython, detectGo, detectRust, detectJava, detectRuby, detectPhp],
];

export function detectIn(directory: string, files: RepositoryFiles): Detection {
  const project = projectAt(directory, files);
  const languages = LANGUAGES.flatMap(detect => detect(project) ?? []);
  const tested = languages.find(({ commands }) => commands.some(({ name }) => name === 'test'));
  const main = tested ?? languages[0];
  const commands = [...(main?.commands ?? [])];
  // A Makefile fills in what the language's own files don't name.
  for (const command of detectMake(project)?.commands ?? [])
    if (!commands.some(({ name }) => name === command.name)) commands.push(command);
  return {
    commands,
    ecosystems: languages.flatMap(({ ecosystem }) => ecosystem ?? []),
    unused: languages.filter(each => each !== main).map(({ language }) => language),
  };
}

/** `directory`: empty for the root. `null`: none; `candidates` are the folders that could be meant. */
export type Choice = { directory: string | null; candidates: string[] };

/** The folder to work in where the configuration names none: the root, or the one with a manifest. */
export function chooseDirectory(files: RepositoryFiles): Choice {
  if (detectIn('', files).commands.length > 0) return { directory: '', candidates: [] };
  const folders = files.paths
    .filter(path => MANIFESTS.includes(baseName(path)))
    .map(path => path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    .filter(folder => folder !== '' && !isAside(folder));
  const candidates = outermost(new Set(folders));
  const [only, ...more] = candidates;
  return { directory: only !== undefined && more.length === 0 ? only : null, candidates };
}

/** Sorted; without the folders that lie in another one. */
const outermost = (folders: ReadonlySet<string>): string[] =>
  [...folders]
    .filter(folder => {
      const parts = folder.split('/');
      return !parts.some((_, at) => at > 0 && folders.has(parts.slice(0, at).join('/')));
    })
    .sort();
