/** The deployment's policies, loaded or refused with every fault's place. */
import { loadDeployed } from '../../engine/policies/on-disk.ts';
import { faultLine } from '../../policy/fault.ts';
import type { PolicySet } from '../../policy/load.ts';

export async function readPolicies(folder: string): Promise<PolicySet> {
  const loaded = await loadDeployed(folder);
  if (loaded.ok) return loaded.set;
  const faults = loaded.faults.map(faultLine);
  throw new Error(`The policies in ${folder} can't be used:\n${faults.join('\n')}`);
}
