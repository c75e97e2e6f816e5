/** A secret that is folded over several lines an agent printed: of each line, the part that belongs to it. */

const REPLACED = '[redacted: part of a secret]';
/** A shorter part says nothing, and stands in ordinary text as well. */
const SHORTEST = 4;
/** Lines that are looked at together. */
export const MOST_FOLDS = 6;

export type MendedLines = {
  lines: string[];
  /** The same in another text that quotes the lines, such as an event that was read from them. */
  inText: (text: string) => string;
};

/** What a line ends with may go on in the next one: objects of JSON and sentences do not. */
export const mayGoOn = (line: string): boolean => /[\w+/=-]$/.test(line.slice(-8).trimEnd());

/**
 * `lines`: without the secrets that each of them has whole. `null`: there is none over their ends.
 * `between`: what stands between two of them. @foreign
 */
export function mendFolded(
  lines: readonly string[],
  redact: (text: string) => string,
  between = '\n',
): MendedLines | null {
  if (lines.length < 2) return null;
  const joined = lines.join(between);
  const redacted = redact(joined);
  if (redacted === joined) return null;
  let from = 0;
  while (joined[from] === redacted[from]) from += 1;
  let end = joined.length;
  for (let at = redacted.length; end > from && joined[end - 1] === redacted[at - 1]; at -= 1)
    end -= 1;
  const parts: string[] = [];
  let start = 0;
  const mended = lines.map(line => {
    const part = [Math.max(0, from - start), Math.min(line.length, end - start)] as const;
    start += line.length + between.length;
    if (part[0] >= part[1]) return line;
    parts.push(line.slice(...part));
    return `${line.slice(0, part[0])}${REPLACED}${line.slice(part[1])}`;
  });
  const told = parts.filter(part => part.length >= SHORTEST);
  return {
    lines: mended,
    inText: text => told.reduce((rest, part) => rest.replaceAll(part, REPLACED), text),
  };
}
