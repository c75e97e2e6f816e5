/** What a change is, as findings. Pure: the change is read from git's tree objects before. */
import { type Change, pathsOf, type TreeEntry } from '../core/change.ts';
import type { Finding } from '../core/finding.ts';
import { inspectHiddenText } from './hidden-text.ts';
import { inspectKind } from './kinds-of-files.ts';
import { inspectLoosened } from './loosened.ts';
import { inspectMode } from './modes.ts';
import { inspectPackageJson } from './package-json.ts';
import { inspectPath } from './paths.ts';
import { inspectSecrets } from './secrets.ts';
import { inspectFileSize, inspectSize } from './size.ts';
import { inspectSnapshot } from './snapshots.ts';
import { inspectSuppressions } from './suppressions.ts';
import { inspectTests } from './tests.ts';
import { inspectReadable } from './unreadable.ts';

const SEVERITY = { refuse: 0, risk: 1, note: 2 };

/** Worst first; otherwise in the order of the change. */
export function inspect(change: Change): Finding[] {
  const findings = [
    ...inspectSize(change),
    ...change.entries.flatMap(inspectEntry),
    ...inspectTests(change),
  ];
  return findings.sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]);
}

function inspectEntry(entry: TreeEntry): Finding[] {
  return [
    // What is deleted may be called anything.
    ...(entry.status === 'deleted' ? [] : inspectPath(entry.path)),
    ...pathsOf(entry).flatMap(inspectKind),
    ...inspectMode(entry),
    ...inspectFileSize(entry),
    ...inspectReadable(entry),
    ...inspectPackageJson(entry),
    ...inspectSnapshot(entry),
    ...inspectLoosened(entry),
    ...inspectSuppressions(entry),
    ...inspectHiddenText(entry),
    ...inspectSecrets(entry),
  ];
}
