/** Whether a change is what a suite lets it be. */
import { type Change, sizeOf, touchedPaths } from '../change.ts';
import { fitsPattern } from '../star-pattern.ts';
import type { ChangeRules } from './suite.ts';

/** Why it is not, each a sentence. `change`: null where nothing was changed. */
export function gradeChange(rules: ChangeRules, change: Change | null): string[] {
  const paths = change ? touchedPaths(change.entries) : [];
  const { files, added, removed } = change ? sizeOf(change) : { files: 0, added: 0, removed: 0 };
  const lines = added + removed;
  const missed = rules.must.filter(pattern => !paths.some(path => isIn(pattern, path)));
  const touched = paths.filter(path => rules.mustNot.some(pattern => isIn(pattern, path)));
  return [
    ...missed.map(pattern => `${pattern} was not changed.`),
    ...touched.slice(0, MOST_TOLD).map(path => `${path} was changed.`),
    ...(rules.lines !== undefined && lines > rules.lines
      ? [`${lines} lines were changed, more than ${rules.lines}.`]
      : []),
    ...(rules.files !== undefined && files > rules.files
      ? [`${files} files were changed, more than ${rules.files}.`]
      : []),
  ];
}

const MOST_TOLD = 5;

/** The pattern is the path, or a folder above it. */
function isIn(pattern: string, path: string): boolean {
  const wanted = pattern.split('/').filter(part => part !== '' && part !== '.');
  const parts = path.split('/');
  return (
    wanted.length <= parts.length && wanted.every((part, at) => fitsPattern(part, parts[at] ?? ''))
  );
}
