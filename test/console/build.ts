/** The console as it is built of the present sources. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
export const CONSOLE_FOLDER = join(root, 'dist/console');

/**
 * Vitest's global set-up: builds it where its sources have changed, as the first start does. No test
 * waits for another's build, or meets what a start prints of it.
 */
export default async function build(): Promise<void> {
  const { consoleProblem } = createRequire(import.meta.url)('../../src/boot/console.cjs');
  if (consoleProblem(root) === null) return;
  await promisify(execFile)(process.execPath, [join(root, 'src/boot/build-console.cjs')]);
}

/** What a page loads before it shows anything, in bytes as they are sent. */
export async function firstLoad(
  size: (file: Buffer) => number,
): Promise<{ js: number; css: number }> {
  const page = await readFile(join(CONSOLE_FOLDER, 'index.html'), 'utf8');
  const sum = { js: 0, css: 0 };
  for (const [, name = '', kind] of page.matchAll(/(?:src|href)="\.\/([\w./-]+\.(js|css))"/g))
    sum[kind === 'js' ? 'js' : 'css'] += size(await readFile(join(CONSOLE_FOLDER, name)));
  return sum;
}
