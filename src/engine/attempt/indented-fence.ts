/**
 * Code between fences that are indented, as in lists. Whether it is code can't be told, but where two
 * fences surely belong together, the text after them is as certain as that before them.
 */

const FENCE = /^(`{3,}|~{3,})(.*)$/;

/** Is told each line of a text in order, but for blank ones and those of comments. */
export function createIndentedFence() {
  let opened: { width: number; fence: string } | null = null;
  let isLost = false;

  function read(marks: string, rest: string): void {
    const [, fence, after = ''] = FENCE.exec(rest) ?? [];
    const width = marks.length;
    if (marks.includes('>') && (opened || fence)) isLost = true;
    else if (opened && fence && closes(opened, marks, fence) && after.trim() === '') opened = null;
    else if (opened && (fence || width < opened.width)) isLost = true;
    else if (fence) opened = { width, fence };
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
