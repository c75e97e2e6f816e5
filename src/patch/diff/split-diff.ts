/**
 * A diff as git prints it, cut into files and parts of few lines, each a diff of its own: whoever shows
 * it reads only the parts that are looked at, however long the whole is.
 */

export type CutFile = {
  path: string;
  /** The old path where git saw a rename. */
  from: string | null;
  status: 'added' | 'modified' | 'deleted' | 'renamed';
  binary: boolean;
  added: number;
  removed: number;
  /** Each is a diff of this file with hunks of its own; none where no line of text differs. */
  parts: string[];
};

/** Lines of a part, besides those that say which file it is of. */
export const PART_LINES = 1_000;

/** `text`: of `git diff`, by which every line of content begins with a mark of its own. @foreign */
export function splitDiff(text: string): CutFile[] {
  const files: CutFile[] = [];
  let lines: string[] = [];
  const end = () => {
    if (lines.length > 0) files.push(fileOf(lines));
    lines = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('diff --git ')) end();
    // Before the first file stands the name of a commit, or nothing.
    if (lines.length > 0 || line.startsWith('diff --git ')) lines.push(line);
  }
  if (lines.at(-1) === '') lines.pop();
  end();
  return files;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/;

function fileOf(lines: string[]): CutFile {
  const at = lines.findIndex(line => HUNK.test(line));
  const head = at < 0 ? lines : lines.slice(0, at);
  const body = at < 0 ? [] : lines.slice(at);
  const of = (start: string) => head.find(line => line.startsWith(start))?.slice(start.length);
  const [was, is] = namesIn(lines[0] ?? '');
  const before = nameIn(of('--- ')) ?? of('rename from ') ?? was;
  const path = nameIn(of('+++ ')) ?? of('rename to ') ?? is;
  const status = of('new file mode ')
    ? 'added'
    : of('deleted file mode ')
      ? 'deleted'
      : of('rename from ') === undefined
        ? 'modified'
        : 'renamed';
  return {
    path: unquoted(status === 'deleted' ? before : path),
    from: status === 'renamed' ? unquoted(before) : null,
    status,
    binary: head.some(line => line.startsWith('Binary files ') || line === 'GIT binary patch'),
    added: body.filter(line => line.startsWith('+')).length,
    removed: body.filter(line => line.startsWith('-')).length,
    parts: partsOf(head, body),
  };
}

/** `a/x b/x`: of a file whose name does not change both are the same length. */
function namesIn(line: string): [string, string] {
  const names = line.slice('diff --git '.length);
  const half = (names.length - 1) / 2;
  return [
    names.slice(0, half).replace(/^("?)a\//, '$1'),
    names.slice(half + 1).replace(/^("?)b\//, '$1'),
  ];
}

const nameIn = (name: string | undefined): string | null =>
  name === undefined || name.startsWith('/dev/null')
    ? null
    : name.replace(/^("?)[ab]\//, '$1').replace(/\t$/, '');

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Git puts names with control characters and quotes into quotes, with the escapes of C. */
function unquoted(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"')) return name;
  const bytes: number[] = [];
  for (const [, octal, escaped, plain] of name
    .slice(1, -1)
    .matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu))
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...Buffer.from(plain ?? ESCAPES[escaped ?? ''] ?? escaped ?? ''));
  return Buffer.from(bytes).toString('utf8');
}

/** Lines of hunks in parts; of a hunk that is longer than a part, each piece is a hunk of its own. */
function partsOf(head: string[], body: string[]): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let hunk: Hunk | null = null;
  const endHunk = () => {
    if (hunk && hunk.lines.length > 0) part.push(titleOf(hunk), ...hunk.lines);
  };
  const endPart = () => {
    if (part.length > 0) parts.push([...head, ...part, ''].join('\n'));
    part = [];
  };
  for (const line of body) {
    const begins = HUNK.exec(line);
    if (begins) {
      endHunk();
      if (part.length >= PART_LINES) endPart();
      hunk = { old: Number(begins[1]), new: Number(begins[2]), about: begins[3] ?? '', lines: [] };
      continue;
    }
    if (!hunk) continue;
    // What says that a file ends without a line break belongs to the line before.
    if (part.length + hunk.lines.length >= PART_LINES && !line.startsWith('\\')) {
      endHunk();
      endPart();
      const { removed, added } = sizeOf(hunk.lines);
      hunk = { old: hunk.old + removed, new: hunk.new + added, about: hunk.about, lines: [] };
    }
    hunk.lines.push(line);
  }
  endHunk();
  endPart();
  return parts;
}

type Hunk = { old: number; new: number; about: string; lines: string[] };

const titleOf = ({ old, new: now, about, lines }: Hunk): string => {
  const { removed, added } = sizeOf(lines);
  return `@@ -${old},${removed} +${now},${added} @@${about}`;
};

/** Lines before and after it. */
const sizeOf = (lines: readonly string[]) => ({
  removed: lines.filter(line => !line.startsWith('+') && !line.startsWith('\\')).length,
  added: lines.filter(line => !line.startsWith('-') && !line.startsWith('\\')).length,
});
