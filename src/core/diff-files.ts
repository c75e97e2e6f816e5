/** The files of a patch as git writes it. Content lines begin with a space, a sign or a backslash, so that a header is no content. */

export type DiffFile = {
  path: string;
  /** The old path of a renamed file; null: it was not renamed. */
  from: string | null;
  status: 'added' | 'modified' | 'deleted' | 'renamed';
  added: number;
  removed: number;
  binary: boolean;
  /** Its part of the patch. */
  text: string;
};

const HEADER = 'diff --git ';

/** In order; none where the text is no patch of git. @foreign */
export function diffFiles(patch: string): DiffFile[] {
  const files: DiffFile[] = [];
  let start = patch.startsWith(HEADER) ? 0 : patch.indexOf(`\n${HEADER}`) + 1;
  if (start === 0 && !patch.startsWith(HEADER)) return files;
  while (start < patch.length) {
    const next = patch.indexOf(`\n${HEADER}`, start);
    const end = next === -1 ? patch.length : next + 1;
    files.push(fileOf(patch.slice(start, end)));
    start = end;
  }
  return files;
}

function fileOf(text: string): DiffFile {
  const file: DiffFile = {
    path: '',
    from: null,
    status: 'modified',
    added: 0,
    removed: 0,
    binary: false,
    text,
  };
  let inHunks = false;
  let old = '';
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const sign = text[at];
    if (inHunks && sign === '+') file.added += 1;
    else if (inHunks && sign === '-') file.removed += 1;
    else if (sign === '@') inHunks = true;
    else if (!inHunks) old = readHeader(file, text.slice(at, end), old);
    at = end + 1;
  }
  if (file.path === '') file.path = old || pathInHeader(text);
  return file;
}

/** Returns the old path, as far as it is known. */
function readHeader(file: DiffFile, line: string, old: string): string {
  const after = (prefix: string) => (line.startsWith(prefix) ? line.slice(prefix.length) : null);
  const to = after('+++ ');
  if (to !== null && to !== '/dev/null') file.path = pathOf(to, 'b/');
  const from = after('--- ');
  if (from !== null && from !== '/dev/null') return pathOf(from, 'a/');
  const renamedFrom = after('rename from ');
  if (renamedFrom !== null) {
    file.from = pathOf(renamedFrom, '');
    file.status = 'renamed';
  }
  const renamedTo = after('rename to ');
  if (renamedTo !== null) file.path = pathOf(renamedTo, '');
  if (line.startsWith('new file mode ')) file.status = 'added';
  if (line.startsWith('deleted file mode ')) file.status = 'deleted';
  if (line.startsWith('Binary files ') || line.startsWith('GIT binary patch')) file.binary = true;
  return old;
}

/** Of a file without lines, such as an empty or a binary one: both names in the header are the same. */
function pathInHeader(text: string): string {
  const line = text.slice(
    HEADER.length,
    text.indexOf('\n') === -1 ? text.length : text.indexOf('\n'),
  );
  if (line.startsWith('"')) return pathOf(line.slice(line.length / 2 + 1), 'b/');
  return pathOf(line.slice((line.length + 1) / 2), 'b/');
}

const ESCAPES: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Without the prefix; git quotes what is not plain ASCII, byte by byte. */
function pathOf(written: string, prefix: string): string {
  const name = written.replace(/\t$/, '');
  const path = name.startsWith('"') && name.endsWith('"') ? unquoted(name.slice(1, -1)) : name;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

function unquoted(text: string): string {
  // A character is three bytes at most for each of its code units.
  const bytes = new Uint8Array(3 * text.length);
  let length = 0;
  for (const [, octal, one, plain = ''] of text.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu))
    if (octal !== undefined) bytes[length++] = Number.parseInt(octal, 8);
    else if (one !== undefined) bytes[length++] = ESCAPES[one] ?? one.charCodeAt(0);
    else length += new TextEncoder().encodeInto(plain, bytes.subarray(length)).written;
  return new TextDecoder().decode(bytes.subarray(0, length));
}
