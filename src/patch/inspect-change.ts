/** Inspects a change, which was read from git's tree objects, and returns what was found in it. */
import { type Change, pathsOf, type TreeEntry } from '../core/change.ts';
import type { Finding } from '../core/finding.ts';
import { inspectMode } from './file-modes.ts';
import { inspectHiddenText } from './hidden-text.ts';
import { inspectLoosened } from './loosened-checks.ts';
import { inspectMakefile } from './makefile.ts';
import { inspectNames } from './names.ts';
import { inspectPackageJson } from './package-json.ts';
import { inspectProtected } from './protected-files.ts';
import { inspectSecrets } from './secrets.ts';
import { inspectFileSize, inspectSize } from './size.ts';
import { inspectSnapshot } from './snapshots.ts';
import { inspectSolution } from './solutions.ts';
import { inspectSuppressions } from './suppressions.ts';
import { inspectUnreadable } from './unreadable-files.ts';
import { inspectPath } from './unsafe-paths.ts';
import { isVendored } from './vendored.ts';
import { inspectTests } from './weakened-tests.ts';

const SEVERITY = { refuse: 0, risk: 1, note: 2 };

/** The findings, the most severe first, otherwise in the order of the change. */
export function inspectChange(change: Change): Finding[] {
  const findings = [
    ...inspectSize(change),
    ...inspectNames(change),
    ...change.entries.flatMap(inspectEntry),
    ...inspectSecrets(change),
    ...inspectTests(change),
  ];
  return findings.sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]);
}

function inspectEntry(entry: TreeEntry): Finding[] {
  return [
    // The path of a deleted file can do no harm.
    ...(entry.status === 'deleted'
      ? []
      : inspectPath(entry.path, entry.status === 'added' || entry.status === 'renamed')),
    ...pathsOf(entry).flatMap(inspectProtected),
    ...inspectMode(entry),
    ...inspectFileSize(entry),
    ...inspectUnreadable(entry),
    // A copy of a package is a finding as a whole, by its path.
    ...(isVendored(entry.from ?? entry.path) ? [] : inspectOwn(entry)),
    ...inspectHiddenText(entry),
  ];
}

const inspectOwn = (entry: TreeEntry): Finding[] => [
  ...inspectPackageJson(entry),
  ...inspectMakefile(entry),
  ...inspectSolution(entry),
  ...inspectSnapshot(entry),
  ...inspectLoosened(entry),
  ...inspectSuppressions(entry),
];
