/** Writing one branch of one repository: only the holder of its lease does. */
import type { Dependencies } from './dependencies.ts';
import { type LeaseGuard, refLease, withLease } from './lease-guard.ts';

export async function holdingRef<T>(
  { leases, settings }: Pick<Dependencies, 'leases' | 'settings'>,
  ref: { repositoryId: number; branch: string },
  guard: LeaseGuard,
  write: () => Promise<T>,
): Promise<T> {
  const held = await withLease(
    leases,
    {
      name: refLease(ref.repositoryId, ref.branch),
      holder: settings.worker,
      signal: guard.signal,
      stillWanted: async () => true,
    },
    async ref => {
      await guard.check();
      // Whoever breaks the lease off need not wait for what hangs.
      return Promise.race([write(), broken(ref.signal)]);
    },
  );
  if (!held) throw new Error(`${ref.branch} is being written by somebody else`);
  return held.done;
}

const broken = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
