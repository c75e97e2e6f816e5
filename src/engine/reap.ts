/** Removes what runs left on this machine; an operator reads what can't be removed. */
import type { Dependencies } from './dependencies.ts';

export async function reap(
  { workspaces, logger }: Pick<Dependencies, 'workspaces' | 'logger'>,
  runs: string[],
): Promise<void> {
  const { stuck } = await workspaces.reap(runs);
  for (const problem of stuck)
    logger.warn({ problem }, 'what a run left can not be removed: remove it by hand');
}
