/** The environment, and below it what files say: first a `.env` of this folder, then `setup`'s. */
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { STATE_FOLDER } from './folders.ts';

export type Environment = Record<string, string | undefined>;
/** `read` throws where the file can't be read. */
export type Files = { read(path: string): string };

/**
 * Whoever comes first wins; a line without a value says nothing. `near`: the `.env` of the current folder;
 * null: this user may not enter it, as where a command of another user is typed in root's home, so that none
 * of their settings is there.
 */
export function readEnvironment(
  own: Environment,
  files: Files,
  near: string | null = resolve('.env'),
): Environment {
  const above = { ...(near === null ? {} : settings(near, files)), ...withoutBlanks(own) };
  const state = resolve(above.GATEHOUSE_STATE_DIR ?? STATE_FOLDER);
  return { ...settings(resolve(state, '.env'), files), ...above };
}

/**
 * `NAME=` in a file means the same as no line at all. Blanks and quotes around a value are no part of
 * it: some programs that start Gatehouse take them off, and some hand them on.
 */
export const withoutBlanks = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, given]) => {
      const value = given?.trim().replace(/^"([^"]*)"$|^'([^']*)'$/, '$1$2');
      return value?.trim() ? [[name, value]] : [];
    }),
  );

function settings(path: string, files: Files): Environment {
  try {
    return withoutBlanks(parseEnv(files.read(path)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Error(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}
