/** What is wrong with a repository's rules as they lie on disk, with the roles of a deployment. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../core/profile.ts';
import { shownFaults } from '../../core/repository-config/shown-faults.ts';
import type { PolicyFault } from '../../policy/fault.ts';
import { configFaults, namedRoles } from '../intake/rules/config-faults.ts';
import { workflowFaults } from '../intake/rules/workflow-faults.ts';
import { readOwnRoles } from './own-roles.ts';
import { placedFaults, type Rules } from './rules.ts';

/** `root`: of the repository, where its own roles and workflows are looked for. */
export async function faultsOnDisk(
  root: string,
  rules: Pick<Rules, 'config' | 'graphs' | 'schedules' | 'places'>,
  roles: readonly Profile[],
): Promise<PolicyFault[]> {
  const profiles = new Map(roles.map(profile => [profile.name, profile]));
  const source = {
    list: (folder: string) => readdir(join(root, folder)).catch(() => null),
    read: (path: string, most: number) => readBeginning(join(root, path), most),
  };
  const own = await readOwnRoles(namedRoles(rules), profiles, source.read);
  const faults = own.faults.map(fault => ({ ...fault, file: join(root, fault.file) }));
  return [
    ...placedFaults(rules.places, shownFaults(rules)),
    ...configFaults(rules, profiles, { roles: own.roles, faults }),
    ...(await workflowFaults(rules, source)),
  ];
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
