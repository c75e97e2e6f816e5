/** A task that whoever asks may see; one that they may not see is answered as if it were not there. */
import { z } from 'zod';
import type { TaskRow } from '../../engine/ports/event-log.ts';
import type { ControlServices } from '../control-services.ts';
import { refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import { repositoriesOf, type Viewer } from '../viewer.ts';

export const TaskId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'must not contain NUL');

/** Of everything that is about one task, and about one of its runs. */
export const TaskParams = z.object({ task: TaskId });
export const RunParams = z.object({ task: TaskId, run: TaskId });

export const seenTask = (
  { taskPages }: Pick<ControlServices, 'taskPages'>,
  viewer: Viewer,
  task: string,
): Promise<TaskRow | null> => taskPages.find(task, repositoriesOf(viewer));

export const NO_TASK = refused(notFound('task'));
export const NO_RUN = refused(notFound('run'));
