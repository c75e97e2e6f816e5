/** The files of a task's folder: what is said of the whole task, and what each of its runs left. */
import { describeLine } from '../../core/journal-words.ts';
import { taskStream } from '../../core/stream.ts';
import type { Run, TaskState } from '../../core/task/state/state.ts';
import { contextDocument, jobDocument } from '../../core/task/views/job-document.ts';
import {
  type LeftFile,
  resultDocument,
  runDocument,
  stateDocument,
} from '../../core/task/views/state-document.ts';
import { viewOf } from '../../core/task/views/view.ts';
import { verifyStream } from '../../engine/chain.ts';
import { loadFolded } from '../../engine/handle.ts';
import { expiredOn } from '../../engine/ports/artifacts.ts';
import { datedFiles, type FoundFile, leftFiles } from '../../engine/queries/left-files.ts';
import { BEGINNING, linesAfter } from '../../engine/queries/run-lines.ts';
import { asTask } from '../../engine/streams.ts';
import type { OpenedLog } from '../services.ts';
import { report } from './report.ts';
import type { FolderFile } from './write-folder.ts';

/** Contents are read by digest, one after the other: what was changed since is not written. */
export async function* taskFiles(opened: OpenedLog, task: string): AsyncIterable<FolderFile> {
  const { log, artifacts } = opened;
  const stream = taskStream(task);
  const folded = asTask(await loadFolded(log, stream));
  const { state } = folded;
  const verdict = await verifyStream(log.read(stream));
  const files: LeftFile[] = [];
  for (const file of await datedFiles(opened, await leftFiles(opened, task))) {
    if (file.expired !== null) {
      const note = `${file.digest} ${expiredOn(new Date(file.expired))}\n`;
      yield { path: [...pathOf(file).slice(0, -1), `${file.name}.expired`], content: note };
      continue;
    }
    const content = await artifacts.get(file.digest);
    const path = pathOf(file);
    const { run, name, digest, inLog } = file;
    files.push({ run, name, digest, inLog, path: path.join('/'), bytes: content.length });
    yield { path, content };
    if (content.length > 0 && file.digest === patchOf(state, files))
      yield { path: ['patch.diff'], content };
  }
  const given = files
    .filter(({ name }) => name === 'context.json')
    .map(({ run, path, digest }) => ({ run, path, digest }));
  const verify = verdict.ok ? 'ok' : `event ${verdict.seq}: ${verdict.problem}`;
  yield json(['job.json'], jobDocument(task, state));
  yield json(['context.json'], contextDocument(task, state, given));
  yield json(['state.json'], stateDocument(task, folded, { files, verify }));
  yield json(['result.json'], resultDocument(task, folded));
  yield { path: ['report.md'], content: report(viewOf(task, folded)) };
  const all: string[] = [];
  for (const run of state.runs) {
    yield json(['steps', run.id, 'state.json'], runDocument(task, run));
    const lines = await logOf(opened, task, run);
    if (lines.length > 0) all.push(`=== ${run.id}\n${lines.join('\n')}\n`);
  }
  yield { path: ['logs.txt'], content: all.map(line => `${line}\n`).join('') };
}

const pathOf = ({ run, name }: FoundFile): string[] => ['steps', run, name];

const json = (path: string[], value: unknown): FolderFile => ({
  path,
  content: `${JSON.stringify(value, null, 2)}\n`,
});

/** The diff of the last accepted work: that of the run which left it. */
function patchOf(state: TaskState, files: readonly LeftFile[]): string | null {
  const run = state.runs.findLast(
    ({ produced, state: end }) => produced?.work && end === 'success',
  );
  return files.find(file => file.run === run?.id && file.name === 'patch.diff')?.digest ?? null;
}

async function logOf(opened: OpenedLog, task: string, run: Run): Promise<string[]> {
  const all: string[] = [];
  let place = BEGINNING;
  for (;;) {
    const next = await linesAfter(opened, { task, run: run.id }, place);
    if (next.lines.length === 0) return all;
    for (const { line } of next.lines) for (const words of describeLine(line)) all.push(words);
    place = next.place;
  }
}
