/** What a Markdown file says of itself: YAML between two lines of ---, before its text. */

/**
 * As any editor writes it: with a byte order mark, with blanks behind the ---, with the line ends of
 * Windows. `null`: the file does not begin with it, or nothing ends it. @foreign
 */
export function frontMatterIn(text: string): { yaml: string; rest: string } | null {
  const [, yaml, rest = ''] =
    /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text) ?? [];
  return yaml === undefined ? null : { yaml, rest };
}
