/** Changes in the format of Codex's `apply_patch`. */

/** Lines around a change by which its place is found. */
const CONTEXT = 3;

export const addFile = (path: string, text: string): string =>
  patch([`*** Add File: ${path}`, ...linesOf(text).map(line => `+${line}`)]);

/** One hunk, from the first line that differs to the last. */
export function updateFile(path: string, before: string, after: string): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const end = old.length - tail;
  return patch([
    `*** Update File: ${path}`,
    '@@',
    ...old.slice(Math.max(0, head - CONTEXT), head).map(line => ` ${line}`),
    ...old.slice(head, end).map(line => `-${line}`),
    ...now.slice(head, now.length - tail).map(line => `+${line}`),
    ...old.slice(end, end + CONTEXT).map(line => ` ${line}`),
  ]);
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

const patch = (lines: string[]): string =>
  ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');
