/** The file of anchors: one JSON object a line, only ever appended to. */
import { open } from 'node:fs/promises';
import { Anchor } from '../../core/checkpoint/anchor.ts';
import { boundedLines } from '../../core/text/bounded-lines.ts';
import type { Anchors } from '../../engine/ports/anchors.ts';

/** Whatever the file holds, a line that is longer is no anchor of ours. */
const LONGEST_LINE = 1024 * 1024;

export function createAnchorsFile(path: string): Pick<Anchors, 'keep'> {
  return {
    async keep(anchor) {
      await using file = await open(path, 'a', 0o600);
      await file.appendFile(`${JSON.stringify(anchor)}\n`);
      await file.sync();
    },
  };
}

/** The anchors of a file; throws with the line's number on anything that is none. */
export async function readAnchorsFile(path: string): Promise<Anchor[]> {
  await using file = await open(path);
  try {
    return await anchorsIn(file.createReadStream({ autoClose: false }));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function anchorsIn(chunks: AsyncIterable<Uint8Array>): Promise<Anchor[]> {
  const anchors: Anchor[] = [];
  let number = 0;
  for await (const { text } of boundedLines(chunks, LONGEST_LINE)) {
    number += 1;
    // Files of several machines are put together.
    if (text.trim() === '') continue;
    const parsed = Anchor.safeParse(parse(text));
    if (!parsed.success) throw new Error(`line ${number} is no anchor of Gatehouse`);
    anchors.push(parsed.data);
  }
  return anchors;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
