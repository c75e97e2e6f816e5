/** Writes our lines into the operator's `.env`, keeps all others, and makes it readable by the owner alone. */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Throws where `writeEnv` could not write the file: what nobody can keep is not asked for. */
export async function assertWritable(path: string): Promise<void> {
  try {
    await existingIn(path);
    const part = partOf(path);
    await writeFile(part, '', { mode: 0o600 });
    await rm(part);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The credentials could not be kept in ${path}: ${why}. Make its folder writable for this user, or name another by GATEHOUSE_STATE_DIR.`,
    );
  }
}

export async function writeEnv(
  path: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const existing = await existingIn(path);
  const kept = entriesOf(existing).filter(
    entry => entry.trim() !== '' && !(keyOf(entry) in values),
  );
  const lines = Object.entries(values).map(([key, value]) => `${key}=${quoted(value)}`);
  // It is written beside and renamed, so that it is never half a file and never readable by others.
  const part = partOf(path);
  await writeFile(part, `${[...kept, ...lines].join('\n')}\n`, { mode: 0o600 });
  await chmod(part, 0o600);
  await rename(part, path);
}

const partOf = (path: string): string => `${path}.part`;

/** What the file says, which is nothing where it is not there yet; its folder is made. */
async function existingIn(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

const keyOf = (entry: string): string =>
  entry
    .split('=', 1)[0]
    ?.replace(/^\s*export\s/, '')
    .trim() ?? '';

/** What begins with a quote goes on to the line that closes it. */
function entriesOf(text: string): string[] {
  const lines = text.split('\n');
  const entries: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const [begin = '', quote = ''] = /^[^#=]*=\s*(["'`])/.exec(line) ?? [];
    const isClosed = quote === '' || line.includes(quote, begin.length);
    const closing = isClosed ? at : lines.findIndex((l, n) => n > at && l.includes(quote));
    const end = Math.max(at, closing) + 1;
    entries.push(lines.slice(at, end).join('\n'));
    at = end;
  }
  return entries;
}

/**
 * In double quotes line ends are written as `\n`, as dotenv and Node read them. What holds a double quote or a
 * backslash stands in quotes in which nothing is read.
 */
function quoted(value: string): string {
  if (/^[\w./:@%+-]*$/.test(value)) return value;
  const text = value.trim().replaceAll('\r', '');
  if (!/["\\]/.test(text)) return `"${text.replaceAll('\n', '\\n')}"`;
  const quote = ["'", '`'].find(mark => !text.includes(mark));
  if (!quote)
    throw new Error('A value with quotes of every kind can not be kept in a file of settings.');
  return `${quote}${text}${quote}`;
}
