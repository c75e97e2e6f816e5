/** A worker reports itself: what it offers, and which agents are ready there. */
import type { Dependencies } from '../dependencies.ts';
import { probed } from './probed.ts';

export async function reportWorker({
  adapters,
  settings,
  clock,
  workers,
}: Pick<Dependencies, 'adapters' | 'settings' | 'clock' | 'workers'>): Promise<void> {
  const found = [...adapters.values()].map(async adapter => {
    const probe = await probed(adapter, clock.now());
    return probe.ok ? [{ adapter: adapter.name, version: probe.version }] : [];
  });
  const agents = (await Promise.all(found)).flat();
  await workers.report({ name: settings.worker, labels: [...settings.labels], agents });
}
