/** The right to write one (repository id, ref): whoever does not hold it writes nothing there. */
import { type Claim, underClaim } from './claim.ts';
import type { Parts } from './parts.ts';

export async function holdingRef<T>(
  { leases, settings }: Pick<Parts, 'leases' | 'settings'>,
  repositoryId: number,
  branch: string,
  claim: Claim,
  write: () => Promise<T>,
): Promise<T> {
  const held = await underClaim(
    leases,
    {
      name: `ref:${repositoryId}:refs/heads/${branch}`,
      holder: settings.worker,
      signal: claim.signal,
      stillWanted: async () => true,
    },
    async () => {
      await claim.check();
      return write();
    },
  );
  if (!held) throw new Error(`${branch} is being written by somebody else`);
  return held.done;
}
