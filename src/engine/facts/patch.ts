/** What policy is told of a change: its size, what was found in it, and the paths it touches. */
import { createBoundedCache } from '../../core/bounded-cache.ts';
import { type Change, touchedPaths } from '../../core/change.ts';
import { type Finding, type Noted, noted } from '../../core/finding.ts';
import type { TaskState } from '../../core/task/state.ts';
import { inspect } from '../../patch/inspect.ts';
import type { FactsOf, TouchedPath } from '../../policy/facts.ts';

export function patchFacts(
  change: Change,
  state: TaskState,
): Pick<FactsOf<'pr.merge'>['context'], 'size' | 'findings' | 'reproduced'> & {
  paths: TouchedPath[];
  /** The same for people: policy is told of kinds alone. */
  noted: Noted[];
} {
  const findings = findingsIn(change);
  const byPath = Map.groupBy(findings, found => found.path);
  return {
    size: {
      files: change.entries.length,
      added: sum(change, entry => entry.lines.added),
      removed: sum(change, entry => entry.lines.removed),
      bytes: sum(change, entry => entry.size.after),
    },
    findings: [...new Set(findings.map(found => found.kind))].sort(),
    // Where nothing had to be reproduced, nothing is missing.
    reproduced: state.reproduced ?? true,
    paths: touchedPaths(change.entries).map(path => ({
      path,
      findings: [...new Set((byPath.get(path) ?? []).map(found => found.kind))].sort(),
    })),
    noted: noted(findings),
  };
}

/** By parent and tree, which say all of a change: what was found in those that were judged last. */
const judged = createBoundedCache<string, Finding[]>(100);

/** One change is judged many times: accepted, pushed, opened, and at each look at its merge. */
function findingsIn(change: Change): Finding[] {
  const key = `${change.parent} ${change.tree}`;
  const findings = judged.get(key) ?? inspect(change);
  judged.set(key, findings);
  return findings;
}

const sum = (change: Change, of: (entry: Change['entries'][number]) => number): number =>
  change.entries.reduce((total, entry) => total + of(entry), 0);
