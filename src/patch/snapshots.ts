/** What tests compare with, rewritten: the expectation changes without a line of a test. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { isSnapshot } from './test-files.ts';

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
  return [finding('snapshot-rewritten', path, `A snapshot is rewritten: ${lowered(what)}.`)];
}

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
