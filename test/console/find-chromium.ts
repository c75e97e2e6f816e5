/** A Chromium for the tests: the system's, or Debian's unpacked beside the project. */
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { arch } from 'node:process';
import { unpackDebian } from '../debian.ts';

export type ChromiumProgram = { file: string; libraries: string };

const NAMES = [
  'chromium',
  'chromium-headless-shell',
  'google-chrome-stable',
  'google-chrome',
  'chromium-browser',
];
const PACKAGE = 'chromium-headless-shell';
const PROGRAM = 'usr/lib/chromium/chromium-headless-shell';
const LIBRARIES = arch === 'arm64' ? 'usr/lib/aarch64-linux-gnu' : 'usr/lib/x86_64-linux-gnu';

export async function findChromium(): Promise<ChromiumProgram> {
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    for (const name of NAMES) {
      const file = join(folder, name);
      if (await exists(file)) return { file, libraries: '' };
    }
  const otherwise = 'these tests need Chromium on PATH: install your system’s package of it';
  const unpacked = await unpackDebian(PACKAGE, PROGRAM, otherwise);
  return { file: join(unpacked, PROGRAM), libraries: join(unpacked, LIBRARIES) };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
