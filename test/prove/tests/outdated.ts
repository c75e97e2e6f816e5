/** What the table of faults says of the checkout at `root` and is no longer true. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from './faults.ts';

export async function outdatedIn(root: string, { file, text, tests }: Fault): Promise<string[]> {
  const source = await readFile(join(root, file), 'utf8').catch(() => null);
  if (source === null) return ['this file does not exist: name the file that does this now'];
  const wrong = tests
    .filter(path => !existsSync(join(root, path)))
    .map(path => `its test ${path} does not exist: name the one that covers this now`);
  const times = source.split(text).length - 1;
  if (times !== 1)
    wrong.push(`it contains this text ${times} times instead of once: ${JSON.stringify(text)}`);
  return wrong;
}
