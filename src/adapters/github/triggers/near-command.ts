/** A line that is no command and was probably meant as one: misspelt, mid-line, in a list, in bold. */

import { CommandName } from '../../../core/commands/commands.ts';
import { nearestCommand } from '../../../core/commands/nearest-command.ts';
import { nearest } from '../../../core/nearest.ts';
import { withoutTrailing } from '../../../core/text/without-trailing.ts';
import { LONGEST_COMMENT, type TextLine } from './markdown-text.ts';
import { seenParts } from './seen-line.ts';

/** Words before a misspelt command in the middle of a line, such as "could you please". */
const LEAD = 3;

/** What may stand before a command: marks of lists and headings, emojis, brackets, and who is told of it. */
const MARKS =
  /^(?:#+(?=\s|\/)|\d{1,9}[.)]|\[[ x]\]|:[a-z0-9_+-]{1,40}:(?=\s)|@(?!agents?\b|gatehouse)[\w./-]{1,100}(?:\[bot\])?[,:]?(?=\s)|(?![/\\!@#.`])[\p{P}\p{S}\s])+/iu;

const IN_FULL = /^\/agent[,:]?$/i;

/** Our word in full, wherever it stands, but in an address or a path. */
const ANYWHERE = /(?<![\p{L}\p{N}/_.@%~-])\/agent\s+([a-z]+)/giu;

/** Words of politeness between our name and the command. */
const POLITE =
  /^(?:please|pls|plz|kindly|can|could|would|will|you|to|now|also|just|go|and|then|ahead|-+)$/i;
const MOST_POLITE = 4;

/**
 * The command that the line was probably meant to be; `null` where it looks like none. `outsideCode` is
 * the line with blanks for what it shows as code; `kind`, whether it stands in a list or the like. @foreign
 */
export function nearCommand(
  line: string,
  outsideCode = line,
  kind: TextLine['kind'] = 'plain',
): CommandName | null {
  for (const part of partsOf(line, outsideCode)) {
    const words = part.split(/\s+/, LEAD + 2 + MOST_POLITE);
    const meant = words.slice(0, LEAD + 1).map((_, at) => meantAt(words, at));
    const called = kind === 'plain' ? addressed(words) : null;
    const named = meant.find(one => one !== null) ?? called ?? anywhere(part);
    if (named) return named;
    if (/^\/gatehouse$/i.test(part)) return 'help';
  }
  return null;
}

/** The same, where the line begins with it: nothing but marks stands before. @foreign */
export function beginsNearCommand(line: string, outsideCode = line): CommandName | null {
  for (const part of partsOf(line, outsideCode)) {
    const meant = meantAt(part.split(/\s+/, 2 + MOST_POLITE), 0);
    if (meant) return meant;
  }
  return null;
}

function partsOf(line: string, outsideCode: string): string[] {
  // Code that is followed by more is about a command; code alone is one.
  const [, , alone] = /^(`+)([^`]+)\1$/.exec(bare(line.slice(0, LONGEST_COMMENT))) ?? [];
  return seenParts((alone ?? outsideCode).slice(0, LONGEST_COMMENT)).map(bare);
}

const bare = (part: string): string =>
  part
    .trim()
    .replace(MARKS, '')
    .replace(/^\/\s+(?=agent\b)/i, '/');

function meantAt(words: string[], at: number): CommandName | null {
  const [word = '', ...next] = words.slice(at);
  const joinedName = joined(word);
  if (joinedName) return joinedName;
  if (calls(word)) {
    // In the middle of a line "./agent to" and "the /agents and" are paths.
    const isSure = at === 0 || IN_FULL.test(word);
    return named(next[0] ?? '', at === 0) ?? (isSure ? politely(next) : null);
  }
  if (!OUR_NAME.test(word)) return null;
  // In the middle of a line only a direct call counts: "thanks @gatehouse for the review" is none.
  return named(next[0] ?? '', false) ?? (polite(next[0]) ? politely(next) : null);
}

/** "Agent, fix this", or nothing but "Agent fix". In lists and tables such words are titles. */
function addressed([first = '', second = '', ...more]: string[]): CommandName | null {
  // "Agent, review of this" names a thing.
  if (/^(?:of|is|was|are|were|has|had)$/i.test(more[0] ?? '')) return null;
  const talksTo = /^agent,$/i.test(first) || (more.length === 0 && /^agent:?$/i.test(first));
  return talksTo ? named(second, false) : null;
}

function anywhere(part: string): CommandName | null {
  for (const [, word = ''] of part.matchAll(ANYWHERE)) {
    const meant = named(word, false);
    if (meant) return meant;
  }
  return null;
}

const polite = (word = ''): boolean => POLITE.test(withoutTrailing(word, ',.!'));

/** The command behind words of politeness. */
export function politely(words: readonly string[]): CommandName | null {
  const first = words.slice(0, MOST_POLITE + 1).find(word => !polite(word));
  return first === undefined ? null : named(first, false);
}

/** Apps are mostly called by the name that `setup` gives them, or something longer. */
const OUR_NAME = /^[/@]gatehouse(?:-[a-z0-9-]{1,40})?(?:\[bot\])?[:,]?$/i;

/** `/agent`, or nearly so: with another mark around it or a slip in its letters. */
function calls(word: string): boolean {
  const [, name] = /^[/\\!@#.]+_?(\p{L}{4,7})[^\p{L}]{0,3}$/u.exec(word) ?? [];
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
  const [, name] = /^(?:[/\\!@#.]+agents?[:/_.-]?|agent:)([a-z]+)[^a-z]{0,5}$/i.exec(word) ?? [];
  return name === undefined ? null : named(name, false);
}

/** `slips`: a misspelt name counts as well. */
function named(word: string, slips: boolean): CommandName | null {
  const plain = word.replace(/^[^\p{L}]{1,5}/u, '').replace(/[^\p{L}]{1,5}$/u, '');
  const exact = CommandName.safeParse(plain.toLowerCase());
  if (exact.success) return exact.data;
  return slips && !polite(plain) && plain !== '' ? nearestCommand(plain) : null;
}
