/** A line that is no command and was probably meant as one: misspelt, mid-line, in a list, in bold. */

import { CommandName, nearestCommand } from '../../../core/commands.ts';
import { nearest } from '../../../core/nearest.ts';
import { withoutTrailing } from '../../../core/without-trailing.ts';

/** Of HTML that a reader does not see as such; what shows code is left. */
const TAGS = /<\/?(?:b|strong|i|em|u|p|div|span|center|summary|details)(?: [^<>]{0,100})?>/gi;

/** Words before a command in the middle of a line, such as "could you please". */
const LEAD = 3;

/** The command that the line was probably meant to be; `null` where it looks like none. @foreign */
export function nearCommand(line: string): CommandName | null {
  const seen = line
    .slice(0, 500)
    .replace(/\p{Default_Ignorable_Code_Point}+/gu, '')
    .normalize('NFKC')
    .replace(TAGS, '')
    .trim();
  const marks = /^(?:[#*+>_~-]+|\d{1,9}[.)]|\[[ x]\]|\s)+/i;
  const bare = withoutTrailing(seen.replace(marks, ''), '*_~');
  // Code that is followed by more is about a command; code alone is one.
  const words = bare.replace(/^(`+)([^`]+)\1$/, '$2').split(/\s+/, LEAD + 2);
  for (const [at, word] of words.entries()) {
    if (at > LEAD) break;
    const next = words[at + 1] ?? '';
    const meant =
      joined(word) ??
      (calls(word) ? named(next, at === 0) : OUR_NAME.test(word) ? named(next, false) : null);
    if (meant) return meant;
  }
  const [first = '', second = ''] = words;
  return words.length === 2 && /^agent[:,]?$/i.test(first) ? named(second, false) : null;
}

/** Apps are mostly called by the name that `setup` gives them, or something longer. */
const OUR_NAME = /^[/@]gatehouse(?:-[a-z0-9-]{1,40})?(?:\[bot\])?[:,]?$/i;

/** `/agent`, or nearly so: with another mark before it or a slip in its letters. */
function calls(word: string): boolean {
  const [, name] = /^[/\\!@#.]+(\p{L}{4,7})[:,]?$/u.exec(word) ?? [];
  return name !== undefined && nearest(name, ['agent', 'agents']) !== null && closeTo(name);
}

/** Of six letters at most two may differ: more would be another word. */
const closeTo = (name: string): boolean => {
  const wanted = [...'agent'];
  const has = new Set(name.toLowerCase());
  return wanted.filter(letter => has.has(letter)).length >= wanted.length - 1;
};

/** Written as one word: `/agentfix`, `/agent:fix`, or the label `agent:fix`. */
function joined(word: string): CommandName | null {
  const [, name] = /^(?:[/\\!@#.]+agents?[:/_.-]?|agent:)([a-z]+)[.,!?]?$/i.exec(word) ?? [];
  return name === undefined ? null : named(name, false);
}

/** `slips`: a misspelt name counts as well. */
function named(word: string, slips: boolean): CommandName | null {
  const plain = withoutTrailing(word, '.,:;!?*_`\'")');
  const exact = CommandName.safeParse(plain.toLowerCase());
  if (exact.success) return exact.data;
  return slips ? nearestCommand(plain) : null;
}
