/** What a diff is about, file by file, as people look at it: what is risky first, what programs write last. */
import type { Noted } from '../../core/finding.ts';
import { findingLine } from '../../core/finding.ts';
import { shownText } from '../../core/text/shown-text.ts';
import { isGenerated } from './generated-files.ts';
import type { CutFile } from './split-diff.ts';

export type IndexedFile = Omit<CutFile, 'parts'> & {
  /** The place of the file in the diff. */
  file: number;
  parts: number;
  generated: boolean;
  /** What was found in it; `line`: of the file after the change, null where it is about the whole file. */
  findings: { kind: string; reason: string; line: number | null }[];
};

export function indexOf(files: readonly CutFile[], findings: readonly Noted[]): IndexedFile[] {
  const byPath = Map.groupBy(findings, ({ path }) => path);
  const found = ({ path, from }: CutFile) => [
    ...(byPath.get(path) ?? []),
    ...(from === null ? [] : (byPath.get(from) ?? [])),
  ];
  return files
    .map((file, at) => ({
      path: shownText(file.path),
      from: file.from === null ? null : shownText(file.from),
      status: file.status,
      binary: file.binary,
      added: file.added,
      removed: file.removed,
      file: at,
      parts: file.parts.length,
      generated: isGenerated(file.path),
      findings: found(file).map(finding => ({
        kind: finding.kind,
        reason: finding.reason,
        line: findingLine(finding),
      })),
    }))
    .sort((a, b) => rank(a) - rank(b) || a.file - b.file);
}

/** A generated file in which something was found is looked at like every other. */
const rank = ({ findings, generated }: IndexedFile): number =>
  findings.length > 0 ? 0 : generated ? 2 : 1;
