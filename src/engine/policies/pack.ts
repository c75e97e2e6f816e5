/**
 * A pack: the policies in a folder, joined with those of the pack beside it that it extends, or of the base
 * that comes with Gatehouse. Files are named by the folder and their name, such as `base/merge.cedar`, in
 * faults as in decisions.
 */
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import type { PolicyText } from '../../policy/check.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import { type Loaded, withObserved } from '../../policy/load.ts';
import { DISK, type PackFiles } from './pack-files.ts';
import { loadTexts } from './schema.ts';
import { parseYaml } from './yaml-text.ts';

const MANIFEST = 'pack.yml';
/** Where a pack of the operator's own has no base beside it, upgrades of Gatehouse bring it theirs. */
const OUR_BASE = { files: DISK, folder: resolve(import.meta.dirname, '../../../policies/base') };
const Beside = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be the name of a folder beside this one');
const Manifest = z.strictObject({
  /** The folder beside this one whose policies belong to this pack as well; `base` may be ours. */
  extends: Beside,
  /** `observe`: the pack is tried. What it would answer is recorded; the pack `enforced` decides. */
  mode: z.enum(['enforce', 'observe']).default('enforce'),
  /** The folder beside this one whose policies are enforced meanwhile. */
  enforced: Beside.optional(),
});

/** `load`: how the texts of its policies are made a set. */
export async function loadPack(
  files: PackFiles,
  folder: string,
  load = loadTexts,
): Promise<Loaded> {
  const extended = await baseOf(files, folder);
  if (!extended.ok) return extended;
  const own = await policiesIn(files, folder);
  // The base comes first: an @id that is in both is a fault of the pack.
  const { base: from } = extended;
  const base = from === null ? [] : await policiesIn(from.files, from.folder);
  return load([...base, ...own]);
}

type Base = { files: PackFiles; folder: string };

/** The pack that a pack extends; `null` where it extends none. */
export async function baseOf(
  files: PackFiles,
  folder: string,
): Promise<{ ok: true; base: Base | null } | { ok: false; faults: PolicyFault[] }> {
  if (!(await files.list(folder)).includes(MANIFEST)) return { ok: true, base: null };
  const file = nameIn(folder, MANIFEST);
  const manifest = parseYaml(file, await files.read(join(folder, MANIFEST)), Manifest);
  if (!manifest.ok) return manifest;
  const name = manifest.value.extends;
  const beside = join(folder, '..', name);
  const refuse = (message: string) => ({
    ok: false as const,
    faults: [{ file, ...manifest.placeOf(['extends']), message }],
  });
  const names = await files.list(beside);
  if (!names.some(isPolicy))
    return name === 'base'
      ? { ok: true, base: OUR_BASE }
      : refuse(`extends: there is no pack "${name}" beside this folder`);
  if (names.includes(MANIFEST)) return refuse(`extends: "${name}" extends another pack itself`);
  return { ok: true, base: { files, folder: beside } };
}

/** The pack that is in use: in observe mode the one that is enforced, with this one observed beside it. */
export async function loadInUse(files: PackFiles, folder: string): Promise<Loaded> {
  const loaded = await loadPack(files, folder);
  if (!loaded.ok || !(await files.list(folder)).includes(MANIFEST)) return loaded;
  const file = nameIn(folder, MANIFEST);
  const manifest = parseYaml(file, await files.read(join(folder, MANIFEST)), Manifest);
  if (!manifest.ok) return manifest;
  const { mode, enforced } = manifest.value;
  if (mode === 'enforce') return loaded;
  const refuse = (message: string): Loaded => ({
    ok: false,
    faults: [{ file, ...manifest.placeOf(['mode']), message }],
  });
  if (enforced === undefined)
    return refuse('mode: observe needs `enforced`, the pack beside this folder that decides');
  if (enforced === basename(resolve(folder)))
    return refuse(
      `enforced: "${enforced}" is this pack, which is tried: name the one that decides`,
    );
  const other = join(folder, '..', enforced);
  if (!(await files.list(other)).some(isPolicy))
    return refuse(`enforced: there is no pack "${enforced}" beside this folder`);
  const deciding = await loadPack(files, other);
  return deciding.ok ? { ok: true, set: withObserved(deciding.set, loaded.set) } : deciding;
}

async function policiesIn(files: PackFiles, folder: string): Promise<PolicyText[]> {
  const names = (await files.list(folder)).filter(isPolicy).sort();
  return Promise.all(
    names.map(async name => ({
      name: nameIn(folder, name),
      text: await files.read(join(folder, name)),
    })),
  );
}

const isPolicy = (name: string): boolean => name.endsWith('.cedar');

/** Resolved, because a folder may be given as `.`. */
const nameIn = (folder: string, name: string): string => `${basename(resolve(folder))}/${name}`;

/** The path of a file that a fault or a policy names, where its pack is in `folder`. */
export const pathIn = (folder: string, file: string): string => join(folder, '..', file);
