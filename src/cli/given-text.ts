/** A text that is named on the command line: in a file, or - for standard input. */
import { createReadStream } from 'node:fs';

/**
 * What stands there, as UTF-8; `what` completes "name …" where it can't be read. A pipe or a device
 * has no size to ask for, so whatever is read ends at `most` bytes with an error.
 */
export async function givenText(place: string, most: number, what: string): Promise<string> {
  const isInput = place === '-';
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of isInput ? process.stdin : createReadStream(place)) {
      parts.push(Buffer.from(part));
      bytes += part.length;
      if (bytes > most) break;
    }
  } catch (error) {
    throw new Error(`${problemOf(error, place)}: name ${what}, or - for standard input`);
  }
  if (bytes > most)
    throw new Error(`${isInput ? 'standard input' : place} is larger than ${most} bytes`);
  return Buffer.concat(parts).toString();
}

function problemOf(error: unknown, place: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `there is no file ${place}`;
  if (code === 'EISDIR') return `${place} is a folder`;
  if (code === 'EACCES') return `${place} can't be read by you`;
  return `${place} can't be read (${message})`;
}
