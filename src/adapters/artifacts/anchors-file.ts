/** The file of anchors: one JSON object a line, only ever appended to. */
import { open } from 'node:fs/promises';
import { Anchor } from '../../core/checkpoint/anchor.ts';
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
  const anchors: Anchor[] = [];
  await using file = await open(path);
  for await (const line of file.readLines()) {
    const number = anchors.length + 1;
    if (line.length > LONGEST_LINE) throw new Error(`${path}: line ${number} is too long`);
    const parsed = Anchor.safeParse(parse(line));
    if (!parsed.success) throw new Error(`${path}: line ${number} is no anchor of Gatehouse`);
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
