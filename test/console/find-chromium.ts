/** A Chromium for the tests: the system's, or Debian's unpacked beside the project. */
import { access, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { arch } from 'node:process';
import { unpackDebian } from '../debian.ts';

/** `libraries`: the folders of its libraries as the loader takes them, empty for the system's. */
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
  const libraries = await foldersOf(join(unpacked, LIBRARIES));
  return { file: join(unpacked, PROGRAM), libraries: libraries.join(delimiter) };
}

/** The folder and those in it: some libraries are found beside the system's only, such as PulseAudio's. */
async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter(entry => entry.isDirectory());
  return [folder, ...folders.map(({ name }) => join(folder, name))];
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
