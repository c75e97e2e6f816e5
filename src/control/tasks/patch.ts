/** The patch of a task, or of one run of it: of all files, or of one. */
import { z } from 'zod';
import { diffFiles } from '../../core/diff-files.ts';
import { ArtifactExpired } from '../../engine/ports/artifacts.ts';
import { patchOf } from '../../engine/queries/patch-of.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import type { Viewer } from '../viewer.ts';
import { asFile, gone } from './artifacts.ts';
import { NO_TASK, seenTask, TaskParams } from './seen-task.ts';

export const readPatch = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/patch',
    tag: 'tasks',
    summary: 'The patch of a task as git writes it, whole or of one file.',
    params: TaskParams,
    query: z.object({
      run: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Without it, the last work that was accepted.'),
      path: z.string().min(1).max(4_096).optional().describe('Of this file alone.'),
    }),
    ok: z.string(),
    media: 'text/x-diff; charset=utf-8',
  },
  async ({ viewer, params, query }, services) => {
    const patch = await seenPatch(services, { viewer, task: params.task, run: query.run ?? null });
    if (!patch.ok) return patch;
    const { content } = patch;
    const { path } = query;
    const name = `${params.task}-${patch.run}.diff`;
    if (path === undefined) return asFile(content, name);
    const file = diffFiles(content.toString('utf8')).find(each => each.path === path);
    if (file === undefined) return refused(notFound('file'));
    return asFile(Buffer.from(file.text), name);
  },
);

type SeenPatch = { ok: true; run: string; content: Buffer };

async function seenPatch(
  services: ControlServices,
  { viewer, task, run }: { viewer: Viewer; task: string; run: string | null },
): Promise<SeenPatch | typeof NO_TASK> {
  const { log, artifacts } = services;
  const row = await seenTask(services, viewer, task);
  if (row === null) return NO_TASK;
  const { state } = await loadTask(log, row.id);
  const patch = await patchOf(artifacts, row.id, { state, run });
  if (patch === null) return refused(notFound('patch'));
  try {
    return { ok: true, run: patch.run, content: await artifacts.get(patch.digest) };
  } catch (error) {
    if (error instanceof ArtifactExpired) return refused(gone(error.at));
    throw error;
  }
}
