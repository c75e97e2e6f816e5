/**
 * Finds files whose content can't be inspected, or is not what their attributes say: binaries, texts
 * above the size limit, and what Git LFS or another filter stores elsewhere or otherwise.
 */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';

/** The file that Git LFS commits in place of the content. */
const LFS_POINTER = /^version https:\/\/[^\n]*\noid /;

/** @foreign */
export function inspectUnreadable({
  path,
  blob,
  mode,
  binary,
  text,
  filter,
  oldFilter,
}: TreeEntry): Finding[] {
  const isFile = mode.after === '100644' || mode.after === '100755';
  // What is moved as it is may be stored otherwise by its new name.
  if (!isFile || (blob.after === blob.before && oldFilter === undefined)) return [];
  const isPointer = text.after !== null && LFS_POINTER.test(text.after);
  // An empty file is its own pointer.
  if (filter === 'lfs' && !isPointer && text.after !== '')
    return [
      finding(
        'uninspected',
        path,
        'Its attributes keep it in Git LFS, and it is the content itself: store it with Git LFS instead.',
      ),
    ];
  // Such a filter often encrypts, so what is pushed without it may be a secret.
  if (filter !== undefined && filter !== 'lfs')
    return [
      finding(
        'possible-secret',
        path,
        `Its attributes store it by the filter ${JSON.stringify(filter)}, which Gatehouse does not run: it would be stored as it is.`,
      ),
    ];
  if (filter === undefined && oldFilter && oldFilter !== 'lfs')
    return [
      finding(
        'uninspected',
        path,
        `It was stored by the filter ${JSON.stringify(oldFilter)}, and is not by its new name.`,
      ),
    ];
  if (binary && blob.after !== blob.before) {
    const what = blob.before === null ? 'a new binary' : 'a changed binary';
    return [finding('binary', path, `It is ${what}: its content can not be reviewed.`)];
  }
  if (text.after === null)
    return [finding('uninspected', path, 'It is too large for the patch gate to inspect.')];
  if (isPointer)
    return [finding('uninspected', path, 'It is a pointer of Git LFS: its content is elsewhere.')];
  return text.before !== null && LFS_POINTER.test(text.before)
    ? [finding('uninspected', path, 'It was a pointer of Git LFS, and is the content itself now.')]
    : [];
}
