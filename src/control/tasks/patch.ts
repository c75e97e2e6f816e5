/** What a task, or one run of it, changes: the files, and the patch of all or one of them. */
import { z } from 'zod';
import { type DiffFile, diffFiles } from '../../core/diff-files.ts';
import { patchOf } from '../../engine/patch-of.ts';
import { ArtifactExpired } from '../../engine/ports/artifacts.ts';
import { loadTask } from '../../engine/queries.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, refused, versioned } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import type { Viewer } from '../viewer.ts';
import { asFile, gone } from './artifacts.ts';
import { NO_TASK, seenTask, TaskParams } from './seen-task.ts';

const OfRun = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Without it, the last work that was accepted.');

const PatchedFile = z
  .object({
    path: z.string(),
    from: z.string().nullable().describe('The old path of a renamed file.'),
    status: z.enum(['added', 'modified', 'deleted', 'renamed']),
    added: z.int(),
    removed: z.int(),
    binary: z.boolean(),
  })
  .meta({ id: 'PatchedFile' });

export const listFiles = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/files',
    tag: 'tasks',
    summary: 'The files that a task changes.',
    params: TaskParams,
    query: z.object({ run: OfRun }),
    ok: z
      .object({ run: z.string(), digest: z.string(), files: z.array(PatchedFile) })
      .meta({ id: 'ChangedFiles' }),
  },
  async ({ viewer, params, query }, services) => {
    const patch = await seenPatch(services, { viewer, task: params.task, run: query.run ?? null });
    if (!patch.ok) return patch;
    const { run, digest, content } = patch;
    return versioned(`${run} ${digest}`, () => {
      const files = diffFiles(content.toString('utf8')).map(summaryOf);
      return { run, digest, files };
    });
  },
);

export const readPatch = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/patch',
    tag: 'tasks',
    summary: 'The patch of a task as git writes it, whole or of one file.',
    params: TaskParams,
    query: z.object({ run: OfRun, path: z.string().min(1).max(4_096).optional() }),
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

const summaryOf = ({ text: _, ...file }: DiffFile) => file;

type SeenPatch = { ok: true; run: string; digest: string; content: Buffer };

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
  const { digest } = patch;
  try {
    return { ok: true, run: patch.run, digest, content: await artifacts.get(digest) };
  } catch (error) {
    if (error instanceof ArtifactExpired) return refused(gone(error.at));
    throw error;
  }
}
