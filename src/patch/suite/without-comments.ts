/** Takes comments out of code for which there is no parser, and what a preprocessor leaves out. */
import { foldPath } from '../../core/paths/fold-path.ts';

const TRIPLE = /"""[\s\S]*?(?:"""|$(?![\s\S]))/;
const DOUBLE = /"(?:[^"\\\n]|\\.)*"/;
const SINGLE = /'(?:[^'\\\n]|\\.)*'/;

/** An alternative takes strings, so that a sign of a comment within one is none. */
const anyOf = (...parts: readonly RegExp[]): RegExp =>
  new RegExp(parts.map(({ source }) => source).join('|'), 'gm');

const C_LIKE = anyOf(
  TRIPLE,
  DOUBLE,
  SINGLE,
  /\/\/[^\n]*/,
  /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/,
  /^[ \t]*#[ \t]*if[ \t]+(?:0|false|FALSE|NEVER)\b[\s\S]*?(?:^[ \t]*#[ \t]*(?:endif|else)\b|$(?![\s\S]))/,
);
const HASH = anyOf(
  TRIPLE,
  DOUBLE,
  SINGLE,
  /^=(?:begin|pod|head1|for)\b[\s\S]*?(?:^=(?:end|cut)\b|$(?![\s\S]))/,
  /^__END__$[\s\S]*/,
  /(?<![\w$@&{])#[^\n]*/,
);

const COMMENTS: [files: RegExp, pattern: RegExp][] = [
  [/\.php$/, anyOf(DOUBLE, SINGLE, /(?:\/\/|#(?!\[))[^\n]*/, /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/)],
  [/\.(?:rb|exs?|p[lm]|t|r|jl|bats|cr|nim)$/, HASH],
  [/\.vb$/, anyOf(DOUBLE, /'[^\n]*/)],
  [/\.feature$/, /^[ \t]*#[^\n]*/gm],
  [/\.lua$/, anyOf(DOUBLE, SINGLE, /--\[\[[\s\S]*?(?:\]\]|$(?![\s\S]))/, /--[^\n]*/)],
  [/\.(?:hs|elm)$/, anyOf(DOUBLE, /\{-[\s\S]*?(?:-\}|$(?![\s\S]))/, /--[^\n]*/)],
  [/\.clj[cs]?$/, anyOf(DOUBLE, /;[^\n]*/)],
  [/\.erl$/, anyOf(DOUBLE, /%[^\n]*/)],
  [/\.ml$/, anyOf(DOUBLE, /\(\*[\s\S]*?(?:\*\)|$(?![\s\S]))/)],
];

/** The text with its lines, and without comments; a mark by which a comment of PHP makes a test stays. @foreign */
export function withoutComments(path: string, text: string): string {
  const folded = foldPath(path);
  const pattern = COMMENTS.find(([files]) => files.test(folded))?.[1] ?? C_LIKE;
  return text.replace(pattern, found => {
    if (/^["']/.test(found)) return found;
    const lines = found.replace(/[^\n]+/g, '');
    return /@test\b/.test(found) ? `@test${lines}` : lines;
  });
}
