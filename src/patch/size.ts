/** Finds changes and files that are too large to accept, or so large that a person must review them. */
import { CHANGE_LIMITS, type Change, sizeOf, type TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { foldedFilePattern } from '../core/paths/file-pattern.ts';
import { foldPath } from '../core/paths/fold-path.ts';
import { LOCKFILES } from '../core/tool-files.ts';

export const LIMITS = {
  /** Above these the change is refused. Bytes are those of one file after the change. */
  oversized: { files: CHANGE_LIMITS.files, lines: 100_000, fileBytes: 10 * 1024 * 1024 },
  /** Above these a person must review the change. */
  large: { files: 100, lines: 1_500 },
};

export function inspectSize(change: Change): Finding[] {
  if (change.beyond) return [finding('oversized', '', change.beyond.reason)];
  const { files, added, removed } = sizeOf(change);
  const lines = added + removed;
  const { oversized, large } = LIMITS;
  if (files > oversized.files || lines > oversized.lines)
    return [
      finding(
        'oversized',
        '',
        `It changes ${files} files and ${lines} lines; at most ${oversized.files} files and ${oversized.lines} lines are allowed.`,
      ),
    ];
  const written = sizeOf({ ...change, entries: change.entries.filter(isWritten) });
  const readable = written.added + written.removed;
  if (files > large.files || readable > large.lines)
    return [
      finding(
        'large-diff',
        '',
        `It changes ${files} files and ${readable} lines outside of lockfiles; above ${large.files} files or ${large.lines} lines a person must review it.`,
      ),
    ];
  return [];
}

/** Programs write lockfiles, and each is a finding of its own. */
const LOCKFILE = foldedFilePattern(LOCKFILES);
const isWritten = ({ path }: TreeEntry): boolean => !LOCKFILE.test(foldPath(path));

export function inspectFileSize({ path, size }: TreeEntry): Finding[] {
  const { fileBytes } = LIMITS.oversized;
  return size.after > fileBytes
    ? [finding('oversized', path, `It has ${size.after} bytes; at most ${fileBytes} are allowed.`)]
    : [];
}
