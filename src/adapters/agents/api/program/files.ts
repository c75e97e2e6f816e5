/** Files of the work tree, as the tools read, search and change them. */
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { runCommand } from './command.ts';
import { shortened } from './output.ts';

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_LINES = 2_000;
const NOT_SEARCHED = ['.git', 'node_modules'];

export function createFiles(work: string) {
  const at = (path: string) => resolve(work, path);

  async function textOf(path: string): Promise<string> {
    const { size } = await stat(at(path));
    if (size > MOST_BYTES)
      throw new Error(`${path} has ${size} bytes: use a command to read a part.`);
    return readFile(at(path), 'utf8');
  }

  return {
    /** Where a write ends: below the work tree relative to it, else absolute. Links are followed. */
    async target(path: string): Promise<string> {
      const end = await realEnd(at(path));
      const below = relative(work, end);
      return below === '' || below.startsWith('..') || isAbsolute(below) ? end : below;
    },

    /** Lines with their numbers. */
    async read(path: string, offset: number, limit: number): Promise<string> {
      const lines = (await textOf(path)).split('\n');
      const shown = lines.slice(offset - 1, offset - 1 + Math.min(limit, MOST_LINES));
      const numbered = shown.map((line, index) => `${offset + index}\t${line}`);
      const left = lines.length - (offset - 1 + shown.length);
      return shortened([...numbered, ...(left > 0 ? [`… ${left} more lines`] : [])].join('\n'));
    },

    async search(pattern: string, path: string, include: string | undefined): Promise<string> {
      const argv = [
        ...['grep', '-rnIE', '--max-count=200'],
        ...NOT_SEARCHED.map(name => `--exclude-dir=${name}`),
        ...(include === undefined ? [] : [`--include=${include}`]),
        ...['-e', pattern, '--', path],
      ];
      const { exitCode, output, problem } = await runCommand(argv, work);
      if (problem !== null || (exitCode ?? 2) > 1) throw new Error(problem ?? output);
      return exitCode === 1 ? 'Nothing was found.' : output;
    },

    async write(path: string, content: string): Promise<void> {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },

    async edit(path: string, before: string, after: string): Promise<void> {
      const text = await textOf(path);
      const found = text.split(before).length - 1;
      if (before === '' || found !== 1)
        throw new Error(`The text to replace is ${found} times in ${path}: it must be there once.`);
      await writeFile(
        at(path),
        text.replace(before, () => after),
      );
    },
  };
}

/** A file that is not there yet ends in the real folder above it. */
async function realEnd(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realEnd(above), basename(path));
  }
}
