/** `gatehouse export`: the record as JSON lines, for `verify --file` and `replay --file`. */
import { open, rename, rm } from 'node:fs/promises';
import { exportLines } from '../engine/audit/export.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';
import { openSource } from './source.ts';

export async function exportLog(
  services: Services,
  output: Output,
  stream: string | null,
  options: { json: boolean; out?: string },
): Promise<void> {
  await using source = await openSource(services, undefined, stream);
  const lines = exportLines(source.record, source.streams, stream === null);
  if (options.out === undefined) {
    for await (const line of lines) output.out(line);
    return;
  }
  const written = await write(options.out, lines);
  print(output, options.json, { file: options.out, lines: written }, [
    `Wrote ${written} lines to ${options.out}. They are checked by: gatehouse verify --file ${options.out}`,
  ]);
}

/** Whole or not at all; readable by the owner alone. Returns the number of lines. */
async function write(path: string, lines: AsyncIterable<string>): Promise<number> {
  const part = `${path}.part`;
  let written = 0;
  try {
    await using file = await open(part, 'w', 0o600);
    for await (const line of lines) {
      await file.write(line);
      written += 1;
    }
    await file.sync();
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw new Error(`${path} can't be written: ${error instanceof Error ? error.message : error}`);
  }
  await rename(part, path);
  return written;
}
