/** The right to write one (repository id, ref): whoever does not hold it writes nothing there. */

import type { Dependencies } from './dependencies.ts';
import { type LeaseGuard, withLease } from './lease-guard.ts';

export async function holdingRef<T>(
  { leases, settings }: Pick<Dependencies, 'leases' | 'settings'>,
  repositoryId: number,
  branch: string,
  guard: LeaseGuard,
  write: () => Promise<T>,
): Promise<T> {
  const held = await withLease(
    leases,
    {
      name: `ref:${repositoryId}:refs/heads/${branch}`,
      holder: settings.worker,
      signal: guard.signal,
      stillWanted: async () => true,
    },
    async () => {
      await guard.check();
      return write();
    },
  );
  if (!held) throw new Error(`${branch} is being written by somebody else`);
  return held.done;
}
