/**
 * Makes text from outside inert: it notifies nobody, links and closes nothing, shows no image, hides
 * nothing, starts or skips no CI, signs nothing. What people read stays readable.
 */
import { redact } from '../../../core/redaction/redact.ts';
import { withoutTrailing } from '../../../core/text/without-trailing.ts';
import { cleaned, shown } from './cleaned.ts';

const NOTHING_LEFT = '(empty)';
/** Characters of a block that are read; it is cut far below that. */
const BLOCK_CHARACTERS = 256 * 1024;

/** What GitHub makes a mention, a reference or a link of. */
const LINKED =
  /@(?=[\p{L}\p{N}_-])|#(?=\d)|\bGH-(?=\d)|\b[a-z][a-z0-9+.-]{1,20}:(?=\/\/)|\bwww(?=\.\S)/giu;
const BEFORE = /^[("'*_~![<]*/;
const AFTER = ')"\'*_~!]>.,;:?';

/**
 * One line of Markdown: for sentences and lists, and for the cells of `table`. Code stays code, and so
 * becomes what would notify, refer or link: nothing is read in code, and nothing has to be put into it.
 * @foreign
 */
export function inert(text: string, limit = 300): string {
  const line = oneLine(text, limit);
  let shown = '';
  let end = 0;
  for (const code of codeSpans(line)) {
    shown += inertProse(line.slice(end, code.start)) + inertCode(code.text, limit);
    end = code.end;
  }
  shown += inertProse(line.slice(end));
  return shown.replace(/^[#+=>-]/, '\\$&').replace(/^\d+(?=[.)])/, '$&\\') || NOTHING_LEFT;
}

/** Code as its author marked it; whitespace inside of it separates no words. */
function* codeSpans(line: string): Generator<{ start: number; end: number; text: string }> {
  let open = { length: 0, end: 0 };
  for (const { index, 0: marks } of line.matchAll(/`+/g)) {
    const { length } = marks;
    const start = open.end - length;
    const isClosed = open.length >= length && index > open.end;
    if (isClosed) yield { start, end: index + length, text: line.slice(open.end, index) };
    open = { length: isClosed ? 0 : length, end: index + length };
  }
}

const inertProse = (text: string): string =>
  text
    .split(/(\s+)/)
    .map(word => (word.search(LINKED) === -1 ? escaped(word) : linkedAsCode(word)))
    .join('');

function linkedAsCode(word: string): string {
  const before = BEFORE.exec(word)?.[0].length ?? 0;
  const after = Math.max(before, withoutTrailing(word, AFTER).length);
  const middle = inertCode(word.slice(before, after), word.length);
  return `${escaped(word.slice(0, before))}${middle}${escaped(word.slice(after))}`;
}

/** Escapes only what Markdown would read, so that the text stays readable where it is not rendered. */
const escaped = (text: string): string =>
  text
    .replace(/[\\`*~[]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&(?=#|[a-z0-9]{1,32};)/gi, '&amp;')
    .replace(/<(?=[a-z!/?])/gi, '&lt;');

/** Paragraphs and lists of text from outside, line by line; what stands in fences is shown as it is. @foreign */
export function inertParagraphs(text: string, bytes = 4000): string {
  const clean = clip(cleaned(text.slice(0, BLOCK_CHARACTERS)).trim(), bytes);
  const parts = clean.split(/^[ \t]*(?:`{3,}|~{3,}).*$/m);
  return (
    parts
      .map((part, index) => (index % 2 === 1 ? inertBlock(part, bytes) : inertLines(part)))
      .filter(part => part !== '')
      .join('\n\n') || NOTHING_LEFT
  );
}

const inertLines = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map(line => {
      const text = line.trimStart();
      const rest = text.replace(/^[-*] /, '');
      return rest.trim() === '' ? '' : `${rest === text ? '' : '- '}${inert(rest, 2000)}`;
    })
    .join('\n');

/** One line of plain text: for titles and commit messages, which know no escapes. @foreign */
export function inertPlain(text: string, limit = 300): string {
  const line = oneLine(text, limit).replace(/^[#;]+\s*/, '');
  return line.replace(LINKED, found => `${found} `) || NOTHING_LEFT;
}

/** A block that is shown as it is. @foreign */
export function inertBlock(text: string, bytes = 4000): string {
  return fenced(clip(cleaned(text.slice(0, BLOCK_CHARACTERS)).trim(), bytes) || NOTHING_LEFT);
}

/** A block that can be copied to the character; `null` where it would have to be cut or changed. @foreign */
export function copyableBlock(text: string, bytes: number): string | null {
  const copied = text.replace(/\n$/, '');
  const isWhole = Buffer.byteLength(copied) <= bytes && redact(shown(copied)) === copied;
  return isWhole && copied !== '' ? fenced(copied) : null;
}

/** The last lines of what a command printed, as it printed them; for comments and check runs only. @foreign */
export function outputBlock(text: string, most: { lines: number; bytes: number }): string {
  const lines = redact(shown(text.slice(-BLOCK_CHARACTERS)))
    .trimEnd()
    .split('\n');
  const kept: string[] = [];
  let room = most.bytes;
  for (const line of lines.slice(-most.lines).reverse()) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0) break;
    kept.unshift(line);
  }
  const left = lines.length - kept.length;
  const note = left > 0 ? [`… (${left} lines before)`] : [];
  return fenced([...note, ...kept].join('\n'));
}

/** A fence that is longer than any inside. */
function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(2, longestRun(text)) + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** A name or id as code: nothing in it is read as Markdown, a mention or a reference. @foreign */
export function inertCode(text: string, limit = 120): string {
  const line = oneLine(text, limit).replace(/`/g, "'");
  return `\`${line || NOTHING_LEFT}\``;
}

/**
 * What somebody is asked to approve, to the character: nothing is taken out or replaced, what could
 * not be seen is named. Inside code nothing notifies, links or closes.
 * @foreign
 */
export function exactCode(text: string): string {
  const seen = redact(text).replace(
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    hidden => `⟨U+${hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
  const longest = longestRun(seen);
  const fence = '`'.repeat(longest + 1);
  const gap = longest > 0 ? ' ' : '';
  return `${fence}${gap}${seen || NOTHING_LEFT}${gap}${fence}`;
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** Cuts at a character's border and says how much is missing. Bytes are of UTF-8. @foreign */
export function clip(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return text;
  const note = ` … (${whole.length - bytes} bytes are left out)`;
  let end = Math.max(0, bytes - Buffer.byteLength(note));
  while (end > 0 && ((whole[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${whole.subarray(0, end).toString('utf8')}${note}`;
}

function oneLine(text: string, limit: number): string {
  // Text far beyond the limit is not read at all.
  const line = cleaned(text.slice(0, limit * 8))
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}
