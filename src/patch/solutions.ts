/** Finds what a solution of .NET no longer builds: the tests of such a project don't run. */
import type { TreeEntry } from '../core/change.ts';
import { type Finding, finding } from '../core/finding.ts';
import { foldedFilePattern } from '../core/paths/file-pattern.ts';
import { foldPath } from '../core/paths/fold-path.ts';
import { SOLUTIONS } from '../core/tool-files.ts';

const SOLUTION = foldedFilePattern(SOLUTIONS);
/** A line that adds a project, or says that it is built. */
const BUILT = /^(?:Project\(|<Project\b|\{[^}]*\}\S*\.Build\.\d+\s*=)/;

const isSolution = (path: string): boolean => SOLUTION.test(foldPath(path));

/** @foreign */
export function inspectSolution({ path, from, blob, text }: TreeEntry): Finding[] {
  if (!isSolution(from ?? path) || blob.before === null) return [];
  if (blob.after !== null && isSolution(path) && text.before !== null) {
    const kept = new Set((text.after ?? '').split(/\r?\n/).map(line => line.trim()));
    const lines = text.before.split(/\r?\n/).map(line => line.trim());
    if (lines.every(line => !BUILT.test(line) || kept.has(line))) return [];
  }
  return [finding('test-weakened', path, 'Of the projects that it builds and tests, one is gone.')];
}
