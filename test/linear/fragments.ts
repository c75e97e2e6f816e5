/** Texts that a regular expression may be slow on: what it matches, in part and whole, over and over. */

import type { AST } from '@eslint-community/regexpp';
import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';

/** `isNumbered`: each `#` is another number in each repetition, so that no unit is like another one. */
export type Pump = { before: string; repeated: string; after: string; isNumbered?: boolean };

/** The text of about this many characters. */
export function pumped({ before, repeated, after, isNumbered }: Pump, characters: number): string {
  const count = Math.ceil(characters / repeated.length);
  const units = isNumbered
    ? Array.from({ length: count }, (_, at) => repeated.replaceAll('#', at.toString(36))).join('')
    : repeated.repeat(count);
  return `${before}${units.slice(0, count * repeated.length)}${after}`;
}

const parser = new RegExpParser();
/** What no pattern ends with. */
const AFTER = '\0!';

export function pumpsOf({ source, flags }: { source: string; flags: string }): Pump[] {
  const found = new Map<string, Pump>();
  const add = (before: string, repeated: string, after: string) => {
    if (repeated !== '') found.set(JSON.stringify([before, repeated]), { before, repeated, after });
  };
  const pattern = parser.parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  visitRegExpAST(pattern, {
    onAlternativeEnter({ elements }) {
      let before = '';
      for (const element of elements) {
        if (element.type === 'Quantifier') add(before, sample(element.element), AFTER);
        before += sample(element);
        if (element.type === 'Quantifier') {
          add('', before, AFTER);
          add('', `${before}\n`, AFTER);
        }
      }
      add('', before, AFTER);
      add('', before, before);
    },
  });
  return [...found.values()];
}

/** One text that the node matches. */
function sample(node: AST.Node): string {
  switch (node.type) {
    case 'Character':
      return String.fromCodePoint(node.value);
    case 'CharacterClassRange':
      return String.fromCodePoint(node.min.value);
    case 'CharacterSet':
      return node.kind === 'any' ? 'a' : memberOf(node);
    case 'CharacterClass':
      return node.negate ? outside(node) : sample(node.elements[0] ?? node.parent) || 'a';
    case 'ClassSubtraction':
    case 'ClassIntersection':
      return 'a';
    case 'Quantifier':
      return sample(node.element).repeat(Math.min(Math.max(node.min, 1), 100));
    case 'Group':
    case 'CapturingGroup':
      return sample(node.alternatives[0] ?? node.parent);
    case 'Alternative':
      return node.elements.map(sample).join('');
    default:
      return '';
  }
}

/** One character that has the property. */
function memberOf(node: AST.CharacterSet): string {
  const pattern = new RegExp(node.raw, 'u');
  const candidates = 'aA1 -\u00ad\u200b\u0430\u3042\u{1f600}\u0007\u2028';
  return [...candidates].find(each => pattern.test(each)) ?? 'a';
}

function outside(node: AST.CharacterClass): string {
  const pattern = new RegExp(node.raw, node.unicodeSets ? 'v' : 'u');
  return ['a', '1', '!', ' ', '-', '\u00e9'].find(each => pattern.test(each)) ?? 'a';
}
