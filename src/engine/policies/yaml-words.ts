/** What the parser of YAML finds wrong, in words for people who write a file now and then. */
import type { YAMLError } from 'yaml';

export type YamlProblem = Pick<YAMLError, 'code' | 'message' | 'pos'>;

export function yamlWords({ code, message, pos }: YamlProblem, text: string): string {
  // Each level of nesting is a call of the parser, which says so in JavaScript's words.
  if (message.startsWith('Maximum call stack')) return 'It is nested too deeply.';
  if (code === 'DUPLICATE_KEY')
    return `${keyAt(text, pos[0])} stands here twice: keep one of them.`;
  const closing = /end with a (.)$/.exec(message)?.[1];
  if (closing !== undefined)
    return `A \`${closing}\` is missing, or a line before it is not indented.`;
  return (
    WORDS.get(code) ?? BY_MESSAGE.find(([begins]) => message.startsWith(begins))?.[1] ?? message
  );
}

const ALIAS = 'A `*` begins an alias, which is not allowed: put the value in quotes.';

const WORDS = new Map<YAMLError['code'], string>([
  ['ALIAS_PROPS', ALIAS],
  ['BAD_ALIAS', ALIAS],
  ['BAD_SCALAR_START', 'A value that begins with such a character has to be in quotes.'],
  [
    'MULTIPLE_DOCS',
    'There are several documents, one below another: keep one, without a line `---` in between.',
  ],
  ['TAB_AS_INDENT', 'A line is indented by a tab: write blanks instead.'],
  [
    'TAG_RESOLVE_FAILED',
    'A word that begins with `!` is a tag, which is not allowed: leave it out, or put it in quotes.',
  ],
]);

/** Where several faults have one code. */
const BY_MESSAGE: readonly (readonly [begins: string, words: string])[] = [
  ['Unexpected alias', ALIAS],
  ['Missing closing', 'A quote is not closed.'],
  [
    'Nested mappings are not allowed in compact',
    'A value has a key in it: put the value in quotes, or begin that key in the column of the others.',
  ],
  ['Implicit keys need to be on a single line', 'A key and its `:` have to stand on one line.'],
  ['Implicit map keys need to be followed', 'A key has no `:` after it.'],
  ['All mapping items must start', 'The keys of one level have to begin in the same column.'],
  ['All sequence items must start', 'The entries of one list have to begin in the same column.'],
  ['Missing , or : between flow', 'A `,` is missing between two entries.'],
  ['Missing , between', 'A `,` is missing between two entries.'],
];

/** The key that begins there, as it is written. */
const keyAt = (text: string, at: number): string =>
  `The key ${/^(?:"[^"\n]{0,60}"|'[^'\n]{0,60}'|[^\s:,{}]{1,60})/.exec(text.slice(at, at + 62))?.[0] ?? ''}`.trim();
