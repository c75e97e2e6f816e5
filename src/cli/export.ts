/** `gatehouse export`: the record as JSON lines, for `verify --file` and `replay --file`. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { exportLines } from '../engine/export.ts';
import type { House } from './house.ts';
import type { Output } from './output.ts';
import { openSource } from './source.ts';

export async function exportLog(
  house: House,
  output: Output,
  stream: string | null,
  options: { json: boolean; out?: string },
): Promise<void> {
  const source = await openSource(house, undefined, stream);
  try {
    const lines = exportLines(source.record, source.streams);
    if (options.out === undefined) for await (const line of lines) output.out(line);
    else await write(options.out, lines);
  } finally {
    await source.close();
  }
}

/** Whole or not at all. */
async function write(path: string, lines: AsyncIterable<string>): Promise<void> {
  const part = `${path}.part`;
  const file = createWriteStream(part, { mode: 0o600 });
  for await (const line of lines) if (!file.write(line)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
  await rename(part, path);
}
