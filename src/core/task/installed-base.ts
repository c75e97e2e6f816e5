/** By which commit of the base dependencies are installed: by the one that the work has in it. */
import { isPublished } from './requesters.ts';
import { createdOf, type TaskState } from './state.ts';

export const installedBase = (state: TaskState): string =>
  state.reworks.findLast(
    ({ merges }, index) =>
      merges !== null && (index + 2 === state.round || isPublished(state, index + 2)),
  )?.merges?.sha ?? createdOf(state).base.sha;
