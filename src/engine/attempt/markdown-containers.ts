/** Quotes, lists and footnotes of Markdown, which hold other blocks. */

const MARKS = /^(?:[ \t>]|[*+-](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)|\[\^[^\][]{1,999}\]:)*/;

/** What a line in quotes, lists and footnotes begins with. @foreign */
export const marksOf = (line: string): string => MARKS.exec(line)?.[0] ?? '';

/** How deep in quotes a line with such marks is. */
export const quotesIn = (marks: string): number => marks.split('>').length - 1;

/** Whether a text, whose first line has such marks, goes on after the quote, the list or the footnote. */
export function isLeft(marks: string, text: string): boolean {
  const [, ...more] = text.split(/\r\n?|\n/);
  return more.some(leftAfter(marks));
}

/** Whether a later line stands after the quote, the list or the footnote of a line with such marks. */
export function leftAfter(marks: string): (line: string) => boolean {
  if (/^[ \t]*$/.test(marks)) return () => false;
  const quotes = quotesIn(marks);
  // What is in a footnote is indented by four.
  const width = /[^ \t>]/.test(marks)
    ? marks.replaceAll(/\[\^[^\][]+\]:[ \t]*/g, '    ').length
    : quotes;
  return line => {
    const [own = ''] = /^[ \t>]*/.exec(line) ?? [];
    if (quotesIn(own) < quotes) return true;
    return own.length < line.length && own.length < width;
  };
}
