/** Whether the present head is in GitHub's merge queue, or may enter it again. */
import type { TaskState } from './state.ts';

/** Whether GitHub may merge the present head from its queue, where we put it. */
export const mayBeQueued = ({ mergeQueue }: Pick<TaskState, 'mergeQueue'>): boolean =>
  mergeQueue === 'in' || mergeQueue === 'asked';

/**
 * Whether a pull request that GitHub took out of its queue is put there again: somebody asked for that,
 * even where a merge that found it gone had begun before they did.
 */
export const mayEnterAgain = ({ mergeQueue }: Pick<TaskState, 'mergeQueue'>): boolean =>
  mergeQueue === 'asked' || mergeQueue === null;
