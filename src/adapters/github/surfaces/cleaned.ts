/** Text from outside without what is hidden in it, starts or skips CI, signs something, or is a secret. */
import { redact } from '../../../core/redaction/redact.ts';
import { withoutTerminalSequences } from '../../../core/text/terminal-text.ts';

/** Invisible characters: bidirectional controls, zero-width ones, Unicode tags, the soft hyphen. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\p{Cf}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const CI = 'ci|cd|actions|build|deploy|preview|tests?|travis|circleci|appveyor|netlify|vercel|azp';
const BRACKETED = new RegExp(
  `\\[\\s*((?:skip[\\s_-]*(?:${CI})|(?:${CI})[\\s_-]*skip|no[\\s_-]*ci)\\s*)\\]`,
  'gi',
);
const STARRED = /\*{3}NO_CI\*{3}/gi;
/** The hidden comments by which we find our own text again: no text of others has one. */
const OUR_MARKER = /<!--(?=\s*\/?gatehouse:)/gi;
/** Lines that git or GitHub would read as a trailer. */
const TRAILER =
  /^[ \t]*(?:[a-z-]+-by|skip-checks|on-behalf-of|change-id|gatehouse-[a-z]+)[ \t]*:.*$/gim;
/** Times that what is left is looked through for what was joined by taking something out. */
const PASSES = 3;

/** Text in which nothing is hidden, and that nobody takes for ours. Newlines stay. @foreign */
export const shown = (text: string): string =>
  withoutTerminalSequences(text.replace(/\r\n?|\u2028|\u2029/g, '\n'))
    .replace(INVISIBLE, '')
    .replace(CONTROL, '')
    .replace(OUR_MARKER, '<! --');

/** Text without hidden characters, forged trailers and secrets: every form but output begins with it. @foreign */
export function cleaned(text: string): string {
  let clean = shown(text);
  for (let pass = 0; pass < PASSES; pass++)
    clean = clean.replace(BRACKETED, '').replace(STARRED, '').replace(TRAILER, '');
  // Taking one out may join what is around it to another, any number of times. This joins nothing.
  clean = clean.replace(BRACKETED, '($1)').replace(STARRED, 'NO-CI').replace(TRAILER, '');
  return redact(clean).replace(OUR_MARKER, '<! --');
}
