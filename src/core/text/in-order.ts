/** Whether a line matches a pattern and, after where that begins, another. One pattern would try each place anew. @foreign */
export const inOrder = (text: string, first: RegExp, second: RegExp): boolean =>
  text.split('\n').some(line => {
    const at = line.search(first);
    return at >= 0 && second.test(line.slice(at));
  });
