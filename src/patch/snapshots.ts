/** Finds rewritten snapshots, by which a test's expectation changes while the test does not. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { isSnapshot } from './test-files.ts';

/** @foreign */
export function inspectSnapshot({ path, from, status, lines, blob, binary }: TreeEntry): Finding[] {
  const was = from ?? path;
  if (status === 'added' || !isSnapshot(was)) return [];
  if (status === 'deleted')
    return [
      finding('snapshot-rewritten', path, 'A snapshot is deleted: nothing is compared any more.'),
    ];
  if (!isSnapshot(path))
    return [
      finding(
        'snapshot-rewritten',
        path,
        `It was a snapshot (${was}) and is none by its new name.`,
      ),
    ];
  if (blob.before === blob.after || (!binary && lines.removed === 0)) return [];
  const what = binary ? 'It is a binary' : `${lines.removed} of its lines are gone`;
  return [finding('snapshot-rewritten', path, `A snapshot is rewritten: ${lowerFirst(what)}.`)];
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
