/** Redacts a secret that an agent printed in several lines: in each line, the part that stands there. */

export const REPLACED = '[redacted: part of a secret]';
/** A shorter part reveals nothing, and occurs in ordinary text as well. */
const SHORTEST = 4;
/** Characters of lines that are read together, of which the last are read with what follows, too. */
export const MOST_TOGETHER = 8_192;
export const READ_AGAIN = MOST_TOGETHER / 2;

type RedactedLines = {
  lines: string[];
  /** The same in another text that quotes the lines, such as an event that was read from them. */
  inText: (text: string) => string;
};

/** Whether a secret at the end of the line may go on in the next one: JSON objects and sentences end there. */
export const mayGoOn = (line: string): boolean => /[\w+/=-]$/.test(line.slice(-8).trimEnd());

/**
 * Redacts what the lines hold together. Secrets within one line are redacted before this. `between` joins
 * two lines. Returns null where no secret goes over the end of a line. @foreign
 */
export function redactSplit(
  lines: readonly string[],
  redact: (text: string) => string,
  between = '\n',
): RedactedLines | null {
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
  const redactedLines = lines.map(line => {
    const part = [Math.max(0, from - start), Math.min(line.length, end - start)] as const;
    start += line.length + between.length;
    if (part[0] >= part[1]) return line;
    parts.push(line.slice(...part));
    return `${line.slice(0, part[0])}${REPLACED}${line.slice(part[1])}`;
  });
  const longParts = parts.filter(part => part.length >= SHORTEST);
  return {
    lines: redactedLines,
    inText: text => longParts.reduce((rest, part) => rest.replaceAll(part, REPLACED), text),
  };
}
