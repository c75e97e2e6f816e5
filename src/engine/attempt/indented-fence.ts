/**
 * Code between fences that are indented, as in lists. Whether it is code can't be told, but where two
 * fences surely belong together, the text after them is as certain as that before them.
 */

const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

/** Is told each line of a text in order, but for blank ones and those of comments. */
export function createIndentedFence() {
  let opened: { width: number; fence: string } | null = null;
  let isLost = false;

  /** Whether the line stands after a fence, or is the one that closes it. `isHtml`: there a fence opens nothing. */
  function read(marks: string, rest: string, isHtml: boolean): boolean {
    const [, fence, after = ''] = FENCE.exec(rest) ?? [];
    if (!opened) {
      if (fence && (isHtml || marks.includes('>'))) isLost = true;
      else if (fence) opened = { width: marks.length, fence };
      return false;
    }
    const [indent = ''] = /^[ \t]*/.exec(marks) ?? [];
    const isInside = !isLost && indent.length >= opened.width;
    if (isInside && fence && closes(opened, marks, fence) && after.trim() === '') opened = null;
    else if (fence || !isInside) isLost = true;
    return isInside;
  }

  return {
    read,
    /** Lines of a comment may have closed it. */
    skip: () => {
      if (opened) isLost = true;
    },
    isSure: () => opened === null && !isLost,
  };
}

const closes = (opened: { width: number; fence: string }, marks: string, fence: string): boolean =>
  /^[ \t]*$/.test(marks) && marks.length === opened.width && fence.startsWith(opened.fence);
