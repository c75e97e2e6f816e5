/**
 * Removes the processes, work trees and gateways that ended runs left on this machine. An operator reads
 * what can't be removed.
 */
import type { Dependencies } from './dependencies.ts';

export async function reap(
  { workspaces, gateway, logger }: Pick<Dependencies, 'workspaces' | 'gateway' | 'logger'>,
  runs: string[],
): Promise<void> {
  const [{ stuck }] = await Promise.all([
    workspaces.reap(runs),
    ...runs.map(run => gateway.reap(run)),
  ]);
  for (const problem of stuck)
    logger.warn({ problem }, 'what a run left can not be removed: remove it by hand');
}
