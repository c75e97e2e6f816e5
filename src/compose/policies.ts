/** The deployment's policies, loaded or refused with every fault's place. */
import { loadTexts, readPolicyTexts } from '../engine/policies/folder.ts';
import { faultLine } from '../policy/fault.ts';
import type { PolicySet } from '../policy/load.ts';

/** Every `.cedar` file of the folder. */
export async function readPolicies(folder: string): Promise<PolicySet> {
  const loaded = await loadTexts(await readPolicyTexts(folder));
  if (loaded.ok) return loaded.set;
  const faults = loaded.faults.map(faultLine);
  throw new Error(`The policies in ${folder} can't be used:\n${faults.join('\n')}`);
}
