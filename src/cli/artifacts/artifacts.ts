/** `gatehouse artifacts`: what a task left, as a list or as a folder. */

import { plain } from '../../core/text/plain-text.ts';
import { expiredOn } from '../../engine/ports/artifacts.ts';
import { type DatedFile, datedFiles, leftFiles } from '../../engine/queries/left-files.ts';
import { type Output, print, table } from '../output.ts';
import type { Services } from '../services.ts';
import { noTask, taskId } from '../task-id.ts';
import { taskFiles } from './task-files.ts';
import { writeFolder } from './write-folder.ts';

export async function artifacts(
  services: Pick<Services, 'openLog'>,
  output: Output,
  task: string,
  options: { json: boolean; to?: string },
): Promise<void> {
  const opened = await services.openLog();
  try {
    const id = await taskId(opened, task);
    if (!(await opened.tasks.find(id))) throw noTask(task);
    if (options.to === undefined) {
      const files = await datedFiles(opened, await leftFiles(opened, id));
      return print(output, options.json, files, listOf(files));
    }
    const written = await writeFolder(options.to, taskFiles(opened, id));
    const files = `${written.files} files`;
    print(output, options.json, { task: id, folder: options.to, ...written }, [
      `Wrote ${files} of task ${id} to ${plain(options.to, 500)}. They are checked by: sha256sum --check SHA256SUMS`,
    ]);
  } finally {
    await opened.close();
  }
}

function listOf(files: readonly DatedFile[]): string[] {
  if (files.length === 0) return ['No run has left anything yet.'];
  const rows = files.map(({ run, name, digest, inLog, expired }) => [
    plain(run),
    plain(name),
    digest,
    inLog ? 'yes' : 'no',
    expired === null ? 'yes' : expiredOn(new Date(expired)),
  ]);
  return table([['RUN', 'NAME', 'DIGEST', 'IN LOG', 'KEPT'], ...rows]);
}
