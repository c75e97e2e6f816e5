/** Policies as they are on disk: a pack's folder, or one file. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Loaded } from '../../policy/load.ts';
import { loadInUse, loadPack, pathIn } from './pack.ts';
import { DISK } from './pack-files.ts';
import { loadTexts } from './schema.ts';

/** Faults name the paths of their files. Throws where there is nothing to load. */
export const loadFrom = (path: string): Promise<Loaded> => loadBy(path, loadPack);

/** As `loadFrom`; of a pack in observe mode, the pack that is enforced meanwhile. */
export const loadDeployed = (path: string): Promise<Loaded> => loadBy(path, loadInUse);

async function loadBy(path: string, load: typeof loadPack): Promise<Loaded> {
  const loaded = path.endsWith('.cedar') ? await loadFile(path) : await loadFolder(path, load);
  if (loaded.ok) return loaded;
  const folder = path.endsWith('.cedar') ? dirname(path) : path;
  const faults = loaded.faults.map(fault => ({ ...fault, file: pathIn(folder, fault.file) }));
  return { ok: false, faults };
}

/** One file is looked at by itself, whatever pack it belongs to. */
async function loadFile(path: string): Promise<Loaded> {
  const name = join(basename(dirname(resolve(path))), basename(path));
  const text = await DISK.read(path).catch(error => unreadable(path, error));
  return loadTexts([{ name, text }]);
}

async function loadFolder(path: string, load: typeof loadPack): Promise<Loaded> {
  const names = await readdir(path).catch(error => unreadable(path, error));
  if (!names.some(name => name.endsWith('.cedar') || name === 'pack.yml'))
    throw new Error(`There is no .cedar file in ${path}.`);
  return load(DISK, path);
}

function unreadable(path: string, error: unknown): never {
  throw new Error(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
}

/** The tables of tests that are beside the policies, by path. */
export async function testFilesIn(path: string): Promise<string[]> {
  const names = await DISK.list(path);
  return names
    .filter(name => name.endsWith('.test.yml'))
    .sort()
    .map(name => join(path, name));
}
