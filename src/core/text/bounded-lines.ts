/** The lines of a file from outside: none is longer than is allowed, whatever the file holds. */

const NEWLINE = 10;
const MEBIBYTE = 1024 * 1024;

/** `at`: where it begins, in bytes. */
type FoundLine = { text: string; at: number };

/** Throws where a line has more than `most` bytes, and at the first where the file is no text as we write it. */
export async function* boundedLines(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): AsyncIterable<FoundLine> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let at = 0;
  let number = 0;
  const take = (): FoundLine => {
    number += 1;
    const text = Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    const fault = number === 1 ? faultOf(text) : null;
    if (fault !== null) throw new Error(fault);
    const line = { text, at };
    at += bytes + 1;
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of chunks)
    for (let from = 0; from <= chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, end === -1 ? chunk.length : end);
      bytes += part.length;
      if (bytes > most)
        throw new Error(
          `line ${number + 1} is longer than ${most / MEBIBYTE} MB: it is none of ours`,
        );
      parts.push(part);
      if (end === -1) break;
      yield take();
      from = end + 1;
    }
  if (bytes > 0) yield take();
}

/** A file that is packed, of UTF-16 or binary begins with one of these. */
const NO_TEXT = ['\0', '\x1f', '\ufffd'];

function faultOf(text: string): string | null {
  if (text.startsWith('\ufeff'))
    return 'it begins with a byte order mark, which Gatehouse does not write: take the file as it was written';
  const begin = text.slice(0, 100);
  return NO_TEXT.some(character => begin.includes(character))
    ? 'it is no text: unpack it first (gunzip, unzstd), or write it in UTF-8'
    : null;
}
