/** The lines of a file's new side that its diff shows: a comment of a review can stand on these alone. */
const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** `patch`: the hunks, as GitHub gives them. @foreign */
export function shownLines(patch: string): Set<number> {
  const lines = new Set<number>();
  let next: number | null = null;
  for (const line of patch.split('\n')) {
    const begin = HUNK.exec(line)?.[1];
    if (begin !== undefined) next = Number(begin);
    else if (next !== null && (line.startsWith('+') || line.startsWith(' ') || line === ''))
      lines.add(next++);
  }
  return lines;
}
