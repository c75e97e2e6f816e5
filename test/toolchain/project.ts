/** A repository's files as detection is given them: what it does not look for or read is left out. */
import { nameMatches } from '../../src/core/paths/file-name.ts';
import { chooseDirectory, type Detection, detectIn } from '../../src/toolchain/detect.ts';
import { KNOWN_FILES, textsOf } from '../../src/toolchain/known-files.ts';
import { fileText, type RepositoryFiles } from '../../src/toolchain/project.ts';

export type Files = Record<string, string>;

export function filesOf(files: Files, directory = ''): RepositoryFiles {
  const paths = Object.keys(files)
    .filter(path => nameMatches(path, KNOWN_FILES))
    .sort();
  const texts = textsOf(directory, paths).map(
    path => [path, fileText(Buffer.from(files[path] ?? ''))] as const,
  );
  return { paths, texts: new Map(texts) };
}

export const detected = (files: Files, directory = ''): Detection =>
  detectIn(directory, filesOf(files, directory));

/** The commands as a person would type them. */
export const commandsOf = (files: Files, directory = ''): Record<string, string> =>
  Object.fromEntries(
    detected(files, directory).commands.map(({ name, argv }) => [name, argv.join(' ')]),
  );

export const chosen = (files: Files) => chooseDirectory(filesOf(files));
