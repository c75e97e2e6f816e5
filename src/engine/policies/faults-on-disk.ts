/** What is wrong with a repository's rules as they lie on disk, with the roles of a deployment. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../core/profile.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import { configFaults, namedRoles } from '../intake/config-faults.ts';
import { readOwnRoles } from './own-roles.ts';
import type { Rules } from './rules.ts';

/** `root`: of the repository, where its own roles are looked for. */
export async function faultsOnDisk(
  root: string,
  rules: Pick<Rules, 'config' | 'graphs' | 'schedules' | 'places'>,
  roles: readonly Profile[],
): Promise<PolicyFault[]> {
  const profiles = new Map(roles.map(profile => [profile.name, profile]));
  const own = await readOwnRoles(namedRoles(rules), profiles, (path, most) =>
    readBeginning(join(root, path), most),
  );
  const faults = own.faults.map(fault => ({ ...fault, file: join(root, fault.file) }));
  return configFaults(rules, profiles, { roles: own.roles, faults });
}

async function readBeginning(path: string, most: number): Promise<Buffer | null> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return null;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
