/** The doctor of a process at work: it looks at most every half a minute, however many ask. */
import type { AskDoctor } from '../../control/control-services.ts';
import type { Doctor } from '../../engine/ports/doctor.ts';

const HOLDS_MS = 30_000;

export function createDoctor({ checkUp, checkAgents }: Doctor, now: () => Date): AskDoctor {
  let latest: { until: number; found: ReturnType<AskDoctor> } | null = null;
  return () => {
    const at = now();
    if (latest !== null && at.getTime() < latest.until) return latest.found;
    const look = async () => {
      const [checks, agents] = await Promise.all([checkUp(), checkAgents()]);
      return { at, checks, agents };
    };
    const found = look();
    const entry = { until: at.getTime() + HOLDS_MS, found };
    latest = entry;
    // What failed is looked at again at once.
    found.catch(() => {
      if (latest === entry) latest = null;
    });
    return found;
  };
}
