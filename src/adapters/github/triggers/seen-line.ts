/**
 * What a reader sees of a line of Markdown, in parts: a break of the line, a cell of a table and an HTML
 * block each begin another one. It is used to say what was meant, never to do it.
 */

/** A tag. `</agent fix>` is none to GitHub, and stands there as it is. */
const TAG = /<(\/?)(?!agents?\b)([a-z][a-z0-9-]*)(?=[\s/>:])[^<>]*>/gi;
/** Elements within a line of text; all others begin another part. */
const INLINE =
  /^(?:a|abbr|b|bdi|bdo|big|cite|del|dfn|em|font|i|ins|mark|s|small|span|strike|strong|sub|sup|u|var)$/i;

const IMAGE = /!\[[^[\]]*\]\([^()]*\)/g;
const LINK = /\[([^[\]]*)\](?:\([^()]*\)|\[[^[\]]*\])/g;

const NAMED: Readonly<Record<string, string>> = {
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  sol: '/',
  bsol: '\\',
  commat: '@',
  num: '#',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
};
const REFERENCE = /&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi;

/** Letters and slashes of other scripts that look like those of our commands. */
const ALIKE = new Map(
  'аa еe оo рp сc уy хx іi ѕs ԁd һh АA ВB ЕE НH КK МM ОO РP СC ТT ХX αa εe ιi νv οo ρp υu ıi ɡg ⁄/ ∕/ ⧸/ ╱/ ⟋/'
    .split(' ')
    .map(([other = '', plain = '']) => [other, plain]),
);
const LOOKS_ALIKE = new RegExp(`[${[...ALIKE.keys()].join('')}]`, 'gu');

/** @foreign */
export function seenParts(line: string): string[] {
  return line
    .replace(TAG, (_, _closing, name: string) => (INLINE.test(name) ? '' : '\n'))
    .replace(IMAGE, ' ')
    .replace(LINK, '$1')
    .replace(REFERENCE, character)
    .replace(/\p{Default_Ignorable_Code_Point}+/gu, '')
    .normalize('NFKC')
    .replace(LOOKS_ALIKE, letter => ALIKE.get(letter) ?? letter)
    .replaceAll(/[*~`]+/g, '')
    .split(/[\n|\u2028\u2029]/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

function character(found: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? found;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code > 0x10ffff ? found : String.fromCodePoint(code);
}
