/**
 * Makes text from outside inert: it notifies nobody, links and closes nothing, shows no image, hides
 * nothing, starts or skips no CI, signs nothing. What people read stays readable.
 */
import { stripVTControlCharacters } from 'node:util';
import { redact } from '../../../core/redact.ts';

/** Invisible characters: bidirectional controls, zero-width ones, Unicode tags, the soft hyphen. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\p{Cf}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const CI = 'ci|cd|actions|build|deploy|preview|tests?|travis|circleci|appveyor|netlify|vercel|azp';
const SKIP_CI = new RegExp(
  `\\[\\s*(?:skip[\\s_-]*(?:${CI})|(?:${CI})[\\s_-]*skip|no[\\s_-]*ci)\\s*\\]|\\*{3}NO_CI\\*{3}`,
  'gi',
);
/** Lines that git or GitHub would read as a trailer. */
const TRAILER =
  /^[ \t]*(?:[a-z-]+-by|skip-checks|on-behalf-of|change-id|gatehouse-[a-z]+)[ \t]*:.*$/gim;

const NOTHING_LEFT = '(empty)';
/** Characters of a block that are read; it is cut far below that. */
const BLOCK_CHARACTERS = 256 * 1024;

/** Text without hidden characters, forged trailers and secrets: every form begins with it. Newlines stay. */
export function cleaned(text: string): string {
  let clean = stripVTControlCharacters(text.replace(/\r\n?|\u2028|\u2029/g, '\n'))
    .replace(INVISIBLE, '')
    .replace(CONTROL, '');
  // Taking one out may join what is around it to another.
  for (let before = ''; before !== clean; ) {
    before = clean;
    clean = clean.replace(SKIP_CI, '').replace(TRAILER, '');
  }
  return redact(clean);
}

/** One line of Markdown: for sentences, lists and table cells. */
export function inert(text: string, limit = 300): string {
  const line = oneLine(text, limit)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()~|!]/g, '\\$&')
    .replace(/^[#+=-]/, '\\$&')
    .replace(/^\d+(?=\.)/, '$&\\');
  return separated(line, '&#8203;') || NOTHING_LEFT;
}

/** One line of plain text: for titles and commit messages, which know no escapes. */
export function inertPlain(text: string, limit = 300): string {
  return separated(oneLine(text, limit).replace(/^[#;]+\s*/, ''), ' ') || NOTHING_LEFT;
}

/** A block that is shown as it is: a fence longer than any inside. */
export function inertBlock(text: string, bytes = 4000): string {
  const clean = clip(cleaned(text.slice(0, BLOCK_CHARACTERS)).trim(), bytes) || NOTHING_LEFT;
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map(run => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${clean}\n${fence}`;
}

/** A name or id as code: nothing in it is read as Markdown, a mention or a reference. */
export function inertCode(text: string, limit = 120): string {
  const line = oneLine(text, limit).replace(/`/g, "'").replace(/\|/g, '¦');
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

/** Puts `gap` into mentions, references and addresses, in one pass because a gap may contain a `#` itself. */
const separated = (line: string, gap: string): string =>
  line.replace(
    /@(?=[\p{L}\p{N}_-])|#(?=\d)|\bGH-(?=\d)|\b[a-z][a-z0-9+.-]{1,20}:(?=\/\/)|\bwww(?=\.\S)/giu,
    found => `${found}${gap}`,
  );
