/** Finds files whose content can't be inspected: binaries, and texts above the size limit. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';

export function inspectUnreadable({ path, blob, mode, binary, text }: TreeEntry): Finding[] {
  const isFile = mode.after === '100644' || mode.after === '100755';
  if (!isFile || blob.after === blob.before) return [];
  if (binary) {
    const what = blob.before === null ? 'a new binary' : 'a changed binary';
    return [finding('binary', path, `It is ${what}: its content can not be reviewed.`)];
  }
  return text.after === null
    ? [finding('uninspected', path, 'It is too large for the patch gate to inspect.')]
    : [];
}
