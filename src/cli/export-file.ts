/** An exported file, of which no more is in memory than where its lines are. */
import { type FileHandle, open } from 'node:fs/promises';
import { boundedLines } from '../core/text/bounded-lines.ts';
import type { ExportText } from '../engine/audit/export.ts';

/** A policy set or the facts of a decision are the longest lines. */
const LONGEST_LINE = 64 * 1024 * 1024;
/** Lines of one stream mostly stand one after the other. */
const READ_AT_ONCE = 256 * 1024;

export async function openExportFile(path: string): Promise<ExportText & AsyncDisposable> {
  const file = await open(path);
  if (!(await file.stat()).isFile()) {
    await file.close();
    throw new Error('it is no file on a disk, and it is read more than once: save it as one first');
  }
  /** Where each line begins, and where the last one ends. */
  const starts: number[] = [];
  const bytesAt = createReadAt(file);
  return {
    async *lines() {
      for await (const { text, at } of boundedLines(chunksOf(file), LONGEST_LINE)) {
        starts.push(at);
        yield text;
      }
      starts.push((await file.stat()).size);
    },
    async line(index) {
      const [from = 0, to = 0] = starts.slice(index, index + 2);
      return (await bytesAt(from, to)).toString('utf8').trimEnd();
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function* chunksOf(file: FileHandle): AsyncIterable<Uint8Array> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(READ_AT_ONCE), 0, READ_AT_ONCE, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

function createReadAt(file: FileHandle): (from: number, to: number) => Promise<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let heldFrom = 0;
  return async (from, to) => {
    if (from < heldFrom || to > heldFrom + held.length) {
      const buffer = Buffer.alloc(Math.max(READ_AT_ONCE, to - from));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
      held = buffer.subarray(0, bytesRead);
      heldFrom = from;
    }
    return held.subarray(from - heldFrom, to - heldFrom);
  };
}
