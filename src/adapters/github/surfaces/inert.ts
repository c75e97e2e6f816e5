/**
 * Makes text from outside inert: it notifies nobody, links and closes nothing, shows no image, hides
 * nothing, starts or skips no CI, signs nothing. What people read stays readable.
 */
import { redact } from '../../../core/redact.ts';
import { withoutTerminalSequences } from '../../../core/terminal-text.ts';

/** Invisible characters: bidirectional controls, zero-width ones, Unicode tags, the soft hyphen. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\p{Cf}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const CI = 'ci|cd|actions|build|deploy|preview|tests?|travis|circleci|appveyor|netlify|vercel|azp';
const SKIP_CI = new RegExp(
  `\\[\\s*(?:skip[\\s_-]*(?:${CI})|(?:${CI})[\\s_-]*skip|no[\\s_-]*ci)\\s*\\]|\\*{3}NO_CI\\*{3}`,
  'gi',
);
/** The hidden comments by which we find our own text again: nobody else writes one. */
const OUR_MARKER = /<!--(?=\s*\/?gatehouse:)/gi;
/** Lines that git or GitHub would read as a trailer. */
const TRAILER =
  /^[ \t]*(?:[a-z-]+-by|skip-checks|on-behalf-of|change-id|gatehouse-[a-z]+)[ \t]*:.*$/gim;

const NOTHING_LEFT = '(empty)';
/** Characters of a block that are read; it is cut far below that. */
const BLOCK_CHARACTERS = 256 * 1024;

/** Text in which nothing is hidden, and that nobody takes for ours. Newlines stay. */
const shown = (text: string): string =>
  withoutTerminalSequences(text.replace(/\r\n?|\u2028|\u2029/g, '\n'))
    .replace(INVISIBLE, '')
    .replace(CONTROL, '')
    .replace(OUR_MARKER, '<! --');

/** Text without hidden characters, forged trailers and secrets: every form but output begins with it. */
export function cleaned(text: string): string {
  let clean = shown(text);
  // Taking one out may join what is around it to another.
  for (let before = ''; before !== clean; ) {
    before = clean;
    clean = clean.replace(SKIP_CI, '').replace(TRAILER, '');
  }
  return redact(clean);
}

/** Code as its author marked it; whitespace inside of it separates no words. */
const CODE = /(`+)([^`]+)\1(?!`)/g;
/** What GitHub makes a mention, a reference or a link of. */
const LINKED =
  /@(?=[\p{L}\p{N}_-])|#(?=\d)|\bGH-(?=\d)|\b[a-z][a-z0-9+.-]{1,20}:(?=\/\/)|\bwww(?=\.\S)/giu;
const AROUND = /^([("'*_~![<]*)(.*?)([)"'*_~!\]>.,;:?]*)$/su;

/**
 * One line of Markdown: for sentences and lists, and for the cells of `table`. Code stays code, and so
 * becomes what would notify, refer or link: nothing is read in code, and nothing has to be put into it.
 */
export function inert(text: string, limit = 300): string {
  const line = oneLine(text, limit);
  let shown = '';
  let end = 0;
  for (const code of line.matchAll(CODE)) {
    shown += inertProse(line.slice(end, code.index)) + inertCode(code[2] ?? '', limit);
    end = code.index + code[0].length;
  }
  shown += inertProse(line.slice(end));
  return shown.replace(/^[#+=>-]/, '\\$&').replace(/^\d+(?=[.)])/, '$&\\') || NOTHING_LEFT;
}

const inertProse = (text: string): string =>
  text
    .split(/(\s+)/)
    .map(word => (word.search(LINKED) === -1 ? escaped(word) : linkedAsCode(word)))
    .join('');

function linkedAsCode(word: string): string {
  const [, before = '', middle = '', after = ''] = AROUND.exec(word) ?? [];
  return `${escaped(before)}${inertCode(middle, word.length)}${escaped(after)}`;
}

/** Escapes only what Markdown would read, so that the text stays readable where it is not rendered. */
const escaped = (text: string): string =>
  text
    .replace(/[\\`*~[]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&(?=#|[a-z0-9]{1,32};)/gi, '&amp;')
    .replace(/<(?=[a-z!/?])/gi, '&lt;');

/** Paragraphs and lists of text from outside, line by line; what stands in fences is shown as it is. */
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
      const [, mark = '', rest = ''] = /^\s*([-*] )?(.*)$/.exec(line) ?? [];
      return rest.trim() === '' ? '' : `${mark ? '- ' : ''}${inert(rest, 2000)}`;
    })
    .join('\n');

/** One line of plain text: for titles and commit messages, which know no escapes. */
export function inertPlain(text: string, limit = 300): string {
  const line = oneLine(text, limit).replace(/^[#;]+\s*/, '');
  return line.replace(LINKED, found => `${found} `) || NOTHING_LEFT;
}

/** A block that is shown as it is. */
export function inertBlock(text: string, bytes = 4000): string {
  return fenced(clip(cleaned(text.slice(0, BLOCK_CHARACTERS)).trim(), bytes) || NOTHING_LEFT);
}

/** The last lines of what a command printed, as it printed them; for comments and check runs only. */
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
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** A name or id as code: nothing in it is read as Markdown, a mention or a reference. */
export function inertCode(text: string, limit = 120): string {
  const line = oneLine(text, limit).replace(/`/g, "'");
  return `\`${line || NOTHING_LEFT}\``;
}

/**
 * What somebody is asked to approve, to the character: nothing is taken out or replaced, what could
 * not be seen is named. Inside code nothing notifies, links or closes.
 */
export function exactCode(text: string): string {
  const seen = redact(text).replace(
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    hidden => `⟨U+${hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
  const longest = Math.max(0, ...[...seen.matchAll(/`+/g)].map(run => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const gap = longest > 0 ? ' ' : '';
  return `${fence}${gap}${seen || NOTHING_LEFT}${gap}${fence}`;
}

/** Cuts at a character's border and says how much is missing. Bytes are of UTF-8. */
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
