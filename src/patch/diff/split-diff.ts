/**
 * A diff as git prints it, cut into files and parts of few lines, each a diff of its own: whoever shows
 * it reads only the parts that are looked at, however long the whole is.
 */
import { type DiffFile, diffFiles } from '../../core/diff-files.ts';

export type CutFile = Omit<DiffFile, 'text'> & {
  /** Each is a diff of this file with hunks of its own; none where no line of text differs. */
  parts: string[];
};

/** Lines of a part, besides those that say which file it is of. */
export const PART_LINES = 1_000;

/** `diff`: of `git diff`, by which every line of content begins with a mark of its own. @foreign */
export const splitDiff = (diff: string): CutFile[] =>
  diffFiles(diff).map(({ text, ...file }) => ({ ...file, parts: partsOf(text.split('\n')) }));

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/;

/** Lines of hunks in parts; of a hunk that is longer than a part, each piece is a hunk of its own. */
function partsOf(lines: string[]): string[] {
  const at = lines.findIndex(line => HUNK.test(line));
  const head = lines.slice(0, at);
  const body = at < 0 ? [] : lines.slice(at);
  if (body.at(-1) === '') body.pop();
  const parts: string[] = [];
  let part: string[] = [];
  let hunk: Hunk | null = null;
  const endHunk = () => {
    if (!hunk || hunk.lines.length === 0) return;
    part.push(titleOf(hunk));
    for (const line of hunk.lines) part.push(line);
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
