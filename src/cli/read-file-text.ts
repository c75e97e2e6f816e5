/** Reads a file of a clone on this machine, as much of it as detection looks at. */
import { createReadStream } from 'node:fs';
import { LARGEST_READ } from '../toolchain/known-files.ts';
import { type FileText, fileText } from '../toolchain/project.ts';

export async function readFileText(path: string): Promise<FileText> {
  // `end` is the last byte that is read: one more than detection takes, to know that there is more.
  const parts: Buffer[] = await createReadStream(path, { end: LARGEST_READ }).toArray();
  return fileText(Buffer.concat(parts));
}
