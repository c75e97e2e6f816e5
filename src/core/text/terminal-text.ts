/**
 * Text without the sequences that steer a terminal. Node's `stripVTControlCharacters` takes quadratic
 * time on sequences that never end: one megabyte of them took two minutes.
 */

/** A control sequence; a string that some terminals act on, up to its end or the next escape; any other escape. */
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

/** A line as a terminal shows it in the end: what was overwritten on it is not part of it. @foreign */
export const shownLine = (line: string): string => shownPart(withoutTerminalSequences(line));

/** What was not overwritten. @foreign */
function shownPart(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\r') end -= 1;
  return text.slice(text.lastIndexOf('\r', end - 1) + 1, end);
}

const COLOUR = '\x1b\\[[\\d;:]{0,40}m';
const IS_COLOUR = new RegExp(`^${COLOUR}$`);
const COLOURS = new RegExp(`(${COLOUR})`);
/** Of one line; what is printed to be read has few. */
const MOST_COLOURS = 100;

/**
 * The same line in parts: every second one is a sequence that gives colours to what follows, the others
 * are text without any sequence. @foreign
 */
export function colouredParts(line: string): string[] {
  let colours = 0;
  const kept = line.replace(SEQUENCE, found => {
    if (!IS_COLOUR.test(found)) return '';
    colours += 1;
    return colours > MOST_COLOURS ? '' : found;
  });
  return shownPart(kept).split(COLOURS);
}

/** @foreign */
export const withoutTerminalSequences = (text: string): string => text.replace(SEQUENCE, '');
