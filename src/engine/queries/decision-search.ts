/** What has to be said beside the decisions that were found. */
import type { DecisionIndex } from '../ports/decision-index.ts';

const MOST_COUNTED = 10_000;

/** Why decisions may be missing; `null`: all of them are in the index. */
export async function whyIncomplete(
  decisions: Pick<DecisionIndex, 'countUnindexed'>,
): Promise<string | null> {
  const tasks = await decisions.countUnindexed(MOST_COUNTED);
  if (tasks === 0) return null;
  const number = tasks.toLocaleString('en-US');
  const many =
    tasks === 1
      ? '1 task is'
      : `${tasks === MOST_COUNTED ? `At least ${number}` : number} tasks are`;
  return `${many} still being indexed after an upgrade: decisions of theirs may be missing here.`;
}
