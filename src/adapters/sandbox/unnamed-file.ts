/** Files without a name, for programs that read no pipe: nobody else finds them, and nothing is left of them. */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Calls `use` with the descriptor of a file that holds the text, which is open until it returns. */
export function withUnnamedFile<T>(text: string, use: (descriptor: number) => T): T {
  const path = join(tmpdir(), `gatehouse-${randomUUID()}`);
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    unlinkSync(path);
    writeSync(descriptor, text);
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
