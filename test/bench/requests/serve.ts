/** Gatehouse in this process, where an hour may be shorter: it looks for what it missed that much more often. */
import { readFileSync } from 'node:fs';
import { PROVIDERS } from '../../../src/compose/agents/providers.ts';
import { start } from '../../../src/compose/start.ts';
import { describeFaults } from '../../../src/config/fault.ts';
import { readConfig } from '../../../src/config.ts';
import type { Dependencies } from '../../../src/engine/dependencies.ts';
import { leaderLease } from '../../../src/engine/lease-guard.ts';
import { INTERVALS, type Intervals } from '../../../src/engine/reconcile/intervals.ts';
import type { Served } from '../../demo/serve.ts';

const GRACE_MS = 2_000;
const RARELY = 1 / 100;

/** An hour takes `1 / factor` of an hour. */
export const shortened = (factor: number): Intervals => ({
  ...INTERVALS,
  deliveriesMs: INTERVALS.deliveriesMs / factor,
  eventsMs: INTERVALS.eventsMs / factor,
});

export type Restartable = Served & {
  startAgain(factor: number): Promise<void>;
  /** How often it has begun to look for what it missed in the repositories. */
  looks(): number;
};

export async function serveHere(settings: Record<string, string>): Promise<Restartable> {
  const read = readConfig(settings, { read: path => readFileSync(path, 'utf8') }, PROVIDERS);
  if (!read.ok) throw new Error(describeFaults(read.faults));
  let looks = 0;
  /** The epochs of the leases that space the polls, by name: of a slower process, they would hold up the next. */
  const spacing = new Map<string, number>();
  const instrument = (deps: Dependencies): Dependencies => ({
    ...deps,
    leases: {
      ...deps.leases,
      async acquire(resource, holder, forMs) {
        const acquired = await deps.leases.acquire(resource, holder, forMs);
        if (acquired === null) return acquired;
        if (resource === leaderLease('events')) looks += 1;
        if (resource.startsWith(leaderLease(''))) spacing.set(resource, acquired.epoch);
        return acquired;
      },
    },
  });
  const startWith = (factor: number) =>
    start(read.config, { listen: true, intervals: shortened(factor), instrument });
  // At first it looks once: what a person or CI does is then counted by itself.
  let present = await startWith(RARELY);
  return {
    get parts() {
      return present.deps;
    },
    looks: () => looks,
    stop: () => present.stop(GRACE_MS),
    async startAgain(factor) {
      const { leases } = present.deps;
      for (const [resource, epoch] of spacing) await leases.release(resource, epoch);
      await present.stop(GRACE_MS);
      present = await startWith(factor);
    },
  };
}
