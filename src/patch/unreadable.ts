/** Files whose content can't be looked at: binaries, and texts too large to be handed over. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';

export function inspectReadable({ path, blob, mode, binary, text }: TreeEntry): Finding[] {
  const isFile = mode.after === '100644' || mode.after === '100755';
  if (!isFile || blob.after === blob.before) return [];
  if (binary) {
    const what = blob.before === null ? 'a new binary' : 'a changed binary';
    return [finding('binary', path, `It is ${what}: nobody can read what it does.`)];
  }
  return text.after === null
    ? [finding('uninspected', path, 'It is too large to be looked at by the patch gate.')]
    : [];
}
