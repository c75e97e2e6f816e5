/** The files of one folder of a repository, as detection reads them: names, and the texts of a few. */
import type { Ecosystem } from '../core/ecosystem.ts';
import { LARGEST_READ } from './known-files.ts';

type ProjectCommandName = 'install' | 'lint' | 'test';

/** One command that the files speak for. `because`: the file and what it says, for people. */
export type DetectedCommand = { name: ProjectCommandName; argv: string[]; because: string };

/** What one language's files speak for. */
export type DetectedLanguage = {
  language: string;
  /** `null`: its commands install nothing. */
  ecosystem: Ecosystem | null;
  /** Manifests that its commands read and whose format can be checked, by name. */
  manifests: string[];
  commands: DetectedCommand[];
};

export type Project = {
  /** Relative to the repository; empty for its root. */
  directory: string;
  /** Whether the folder has this file itself. */
  has(name: string): boolean;
  /** The text of a file of the folder; empty where there is none, or where it was not read. */
  text(name: string): string;
  /** Whether the file was too large, so that its text ends before its end. */
  isCut(name: string): boolean;
  /** The way up (`../`) to the nearest folder above, up to the repository's root, that has this file. */
  above(name: string): string | null;
  /** Paths of the known files below the folder, relative to it. */
  below: string[];
};

/** A repository's files: all paths that match `KNOWN_FILES`, and the texts of `textsOf`. */
export type RepositoryFiles = { paths: readonly string[]; texts: ReadonlyMap<string, FileText> };

/** `isCut`: it is longer than `LARGEST_READ`, and its text ends there. */
export type FileText = { text: string; isCut: boolean };

/** Of the content of a file, or of more of its beginning than `LARGEST_READ`. */
export const fileText = (bytes: Uint8Array): FileText => ({
  text: new TextDecoder().decode(bytes.subarray(0, LARGEST_READ)),
  isCut: bytes.length > LARGEST_READ,
});

/** The first of these files that the folder has. */
export const firstOf = (project: Project, names: readonly string[]): string | null =>
  names.find(name => project.has(name)) ?? null;

export function projectAt(directory: string, { paths, texts }: RepositoryFiles): Project {
  const prefix = directory === '' ? '' : `${directory}/`;
  const known = new Set(paths);
  const above = directory.split('/').map((_, at, parts) => parts.slice(0, at).join('/'));
  return {
    directory,
    has: name => known.has(`${prefix}${name}`),
    // Editors of Windows put a byte order mark in front, which no parser of manifests takes.
    text: name => (texts.get(`${prefix}${name}`)?.text ?? '').replace(/^\uFEFF/, ''),
    isCut: name => texts.get(`${prefix}${name}`)?.isCut ?? false,
    above: name => {
      if (directory === '') return null;
      const found = above.map(folder => known.has(folder === '' ? name : `${folder}/${name}`));
      const at = found.lastIndexOf(true);
      return at < 0 ? null : '../'.repeat(above.length - at);
    },
    below: paths.filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length)),
  };
}
