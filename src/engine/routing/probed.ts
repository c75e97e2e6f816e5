/** Whether an agent's CLI is there, in the version that is accepted: asked again only after a while. */
import type { AgentAdapter, AgentProbe } from '../ports/agent.ts';

/** Starting a CLI only for its version takes up to a second. */
const HOLDS_MS = 300_000;

const found = new WeakMap<AgentAdapter, { at: number; probe: AgentProbe }>();

/** What is missing is looked for each time: it may be installed meanwhile. */
export async function probed(adapter: AgentAdapter, now: Date): Promise<AgentProbe> {
  const before = found.get(adapter);
  if (before && now.getTime() - before.at < HOLDS_MS) return before.probe;
  const probe = await adapter.probe();
  if (probe.ok) found.set(adapter, { at: now.getTime(), probe });
  return probe;
}
