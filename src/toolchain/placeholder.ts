/** Scripts that only say something, as `npm init` writes one: no test, in whichever tool's manifest it stands. */

const WORDS = String.raw`(?:\s+(?:"[^"$\`]{0,400}"|'[^']{0,400}'|[^\s"'&|;<>\`$()]{1,200}))*`;
const NOTHING = [
  `(?:echo|printf)${WORDS}`,
  String.raw`exit(?:\s+\d{1,3})?`,
  '(?:/(?:usr/)?bin/)?(?:true|false)',
  ':',
  String.raw`node\s+(?:-e|--eval)\s+(?:""|''|["']?process\.exit\(\d{0,3}\);?["']?)`,
].join('|');
const ONLY_SAYS = new RegExp(
  String.raw`^(?:(?:${NOTHING})\s*(?:[12]?>\s?(?:&[12]|/dev/null)\s*)?(?:&&|\|\||;|$)\s*)+$`,
);

export const isPlaceholder = (script: string): boolean => {
  const trimmed = script.trim();
  return trimmed === '' || (trimmed.length <= 1000 && ONLY_SAYS.test(trimmed));
};
