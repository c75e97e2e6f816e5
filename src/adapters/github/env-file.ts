/** Writes our lines into the operator's `.env`, keeps all others, and makes it readable by the owner alone. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function writeEnv(
  path: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const existing = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const kept = existing.split('\n').filter(line => line.trim() !== '' && !(keyOf(line) in values));
  const lines = Object.entries(values).map(([key, value]) => `${key}=${quoted(value)}`);
  // It is written beside and renamed, so that it is never half a file and never readable by others.
  const part = `${path}.part`;
  await writeFile(part, `${[...kept, ...lines].join('\n')}\n`, { mode: 0o600 });
  await chmod(part, 0o600);
  await rename(part, path);
}

const keyOf = (line: string): string => line.split('=', 1)[0]?.trim() ?? '';

/** One line each; line ends are written as `\n`, as dotenv and Node read them. */
function quoted(value: string): string {
  if (/^[\w./:@%+-]*$/.test(value)) return value;
  return `"${value.trim().replaceAll('\r', '').replaceAll('\n', '\\n')}"`;
}
