/** One stream of a process: its lines as they come, and its beginning and end for the record. */
import { createGrowingBytes } from '../../../core/bounds/growing-bytes.ts';

/** A longer line is cut in pieces. Bytes. */
const LONGEST_LINE = 4 * 1024 * 1024;
/** Bytes at the beginning and at the end that are kept of a longer stream. */
const HEAD = 1024 * 1024;
const TAIL = 3 * 1024 * 1024;
/** It is cut between lines where they are shorter: of half a secret nobody knows that it is one. */
const LONGEST_CUT = 4096;
const NEWLINE = 10;

type PrintedStream = {
  /** The lines that end in this chunk, without their ends. */
  lines(chunk: Buffer): Generator<string>;
  /** The last line, where it has no end. */
  rest(): string | null;
  /** What is kept; where the middle is left out, a line says how much. */
  text(): string;
};

export function createPrintedStream(): PrintedStream {
  let line = createGrowingBytes();
  const head = createGrowingBytes(HEAD);
  const tail = createGrowingBytes(2 * TAIL);
  let dropped = 0;

  const takeLine = (): string => {
    const text = decode(line.view());
    // A long one gives its memory back.
    line = createGrowingBytes();
    return text;
  };
  const keep = (chunk: Buffer) => {
    const room = HEAD - head.size;
    head.push(chunk.subarray(0, room));
    for (let from = room; from < chunk.length; from += TAIL) {
      const part = chunk.subarray(from, from + TAIL);
      if (tail.size + part.length > 2 * TAIL) dropTo(TAIL - part.length);
      tail.push(part);
    }
  };
  const dropTo = (bytes: number) => {
    if (tail.size <= bytes) return;
    dropped += tail.size - bytes;
    tail.keepLast(bytes);
  };

  return {
    *lines(chunk) {
      keep(chunk);
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        if (line.size === 0) yield chunk.toString('utf8', from, end);
        else {
          line.push(chunk.subarray(from, end));
          yield takeLine();
        }
        from = end + 1;
      }
      line.push(chunk.subarray(from));
      if (line.size > LONGEST_LINE) yield takeLine();
    },
    rest: () => (line.size === 0 ? null : takeLine()),
    text() {
      dropTo(TAIL);
      if (dropped === 0) return decode(Buffer.concat([head.view(), tail.view()]));
      const beginning = decode(head.view());
      const end = decode(tail.view());
      const to = Math.max(beginning.lastIndexOf('\n') + 1, beginning.length - LONGEST_CUT);
      const from = Math.min(end.indexOf('\n') + 1 || LONGEST_CUT, LONGEST_CUT);
      const mark = `… ${dropped} bytes are left out here …`;
      return `${beginning.slice(0, to).trimEnd()}\n${mark}\n${end.slice(from)}`;
    },
  };
}

const decode = (bytes: Uint8Array<ArrayBuffer>): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
