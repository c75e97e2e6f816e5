/** What the runs of a task left: the list, and the bytes of each. */
import { z } from 'zod';
import { ArtifactExpired, expiredOn } from '../../engine/ports/artifacts.ts';
import { datedFiles, leftFiles } from '../../engine/queries/left-files.ts';
import { type ApiAnswer, endpoint, found, refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import { NO_TASK, RunParams, seenTask, TaskParams } from './seen-task.ts';

const Left = z
  .object({
    run: z.string(),
    name: z.string(),
    digest: z.string(),
    inLog: z.boolean().describe('Whether an event names it by its digest.'),
    expired: z.iso
      .datetime()
      .nullable()
      .describe('When its content was removed; null: it is here.'),
  })
  .meta({ id: 'Artifact' });

/** The events by which `leftFiles` finds them. */
const TELLING = ['artifact.stored', 'run.waiting_approval'];

export const listArtifacts = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/artifacts',
    tag: 'tasks',
    summary: 'What the runs of a task left.',
    params: TaskParams,
    ok: z.object({ artifacts: z.array(Left) }).meta({ id: 'ArtifactList' }),
  },
  async ({ viewer, params }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { artifacts, eventPages } = services;
    const log = {
      read: (stream: Parameters<typeof eventPages.ofTypes>[0]) =>
        eventPages.ofTypes(stream, TELLING),
    };
    const files = await datedFiles(services, await leftFiles({ log, artifacts }, row.id));
    return found({ artifacts: files });
  },
);

export const readArtifact = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/runs/{run}/artifacts/{name}',
    tag: 'runs',
    summary: 'The content of one artifact, as a file to keep.',
    params: RunParams.extend({ name: z.string().min(1).max(100) }),
    ok: z.string().meta({ format: 'binary' }),
    media: 'application/octet-stream',
  },
  async ({ viewer, params }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { run, name } = params;
    const left = await services.artifacts.list(row.id);
    const file = left.find(each => each.run === run && each.name === name);
    if (file === undefined) return refused(notFound('artifact'));
    try {
      return asFile(await services.artifacts.get(file.digest), `${row.id}-${run}-${name}`);
    } catch (error) {
      if (error instanceof ArtifactExpired) return refused(gone(error.at));
      throw error;
    }
  },
);

/** No browser shows it in our name, whatever is in it: it is kept as a file. */
export function asFile(
  content: Uint8Array,
  name: string,
): Extract<ApiAnswer<never>, { body: unknown }> {
  const safe = name.replaceAll(/[^\w.-]/g, '_');
  return {
    ok: true,
    etag: null,
    headers: {
      'content-disposition': `attachment; filename="${safe}"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'content-length': String(content.byteLength),
    },
    body: content,
  };
}

export const gone = (at: Date) => ({
  status: 410,
  title: 'Gone',
  code: 'expired',
  message: `The content ${expiredOn(at)}.`,
  next: 'Look for it in the archive, where the deployment has one; its digest stands in the log.',
});
