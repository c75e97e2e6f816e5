/**
 * Finds files whose content can't be inspected: binaries, texts above the size limit, and what Git LFS
 * keeps elsewhere.
 */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';

/** The file that Git LFS commits in place of the content. */
const LFS_POINTER = /^version https:\/\/[^\n]*\noid /;

export function inspectUnreadable({ path, blob, mode, binary, text }: TreeEntry): Finding[] {
  const isFile = mode.after === '100644' || mode.after === '100755';
  if (!isFile || blob.after === blob.before) return [];
  if (binary) {
    const what = blob.before === null ? 'a new binary' : 'a changed binary';
    return [finding('binary', path, `It is ${what}: its content can not be reviewed.`)];
  }
  if (text.after === null)
    return [finding('uninspected', path, 'It is too large for the patch gate to inspect.')];
  if (LFS_POINTER.test(text.after))
    return [finding('uninspected', path, 'It is a pointer of Git LFS: its content is elsewhere.')];
  return text.before !== null && LFS_POINTER.test(text.before)
    ? [finding('uninspected', path, 'It was a pointer of Git LFS, and is the content itself now.')]
    : [];
}
