/** Commands of the shell that take names of variables: which they set, and what they would run besides. */
import { refuse } from './refused.ts';
import type { ShellWord } from './word.ts';

/** The variable, and the assignment as it stands. */
type Named = { name: string; assignment: string; isNumber: boolean };

type Takes = (words: readonly ShellWord[]) => Named[];

/** `declare -i` calculates, and `-n` makes a name stand for another one; so do more letters in other shells. */
const PLAIN_OPTIONS = /^[-+][aAfglprtuxIU]+$/;

const declares =
  (options: RegExp, isSetByName: boolean): Takes =>
  words =>
    words.flatMap(word => {
      if (word.isAssignment) return [];
      if (word.isKnown && (options.test(word.text) || word.text === '--')) return [];
      if (word.isKnown && /^[A-Za-z_]\w*$/.test(word.text))
        return isSetByName ? [emptied(word.text)] : [];
      return [assignmentIn(word) ?? notRead(word)];
    });

/** Names behind options; `valued`: letters of options whose value is the next word. */
const names =
  (options: RegExp, valued = ''): Takes =>
  words => {
    const named: Named[] = [];
    for (let at = 0; at < words.length; at++) {
      const word = words[at] as ShellWord;
      if (word.isKnown && options.test(word.text)) {
        if (valued.includes(word.text.at(-1) ?? ' ')) at += 1;
        if (words[at]?.maySplit) notRead(word);
      } else if (word.text !== '--') named.push(plainName(word));
    }
    return named;
  };

const TAKES: Readonly<Record<string, Takes>> = {
  export: declares(/^-[fnp]+$/, false),
  readonly: declares(/^-[afAp]+$/, false),
  local: declares(PLAIN_OPTIONS, true),
  declare: declares(PLAIN_OPTIONS, true),
  typeset: declares(PLAIN_OPTIONS, true),
  unset: words => names(/^-[fv]+$/)(words).map(({ name }) => emptied(name)),
  read: names(/^-[adeinNprstu]+$|^-[dnNtu]\S+$/, 'dinNptu'),
  mapfile: names(/^-[dnOstu]+$/, 'dnOsu'),
  readarray: names(/^-[dnOstu]+$/, 'dnOsu'),
  // Other shells give a list its values by `-A`, which the first word may hide.
  set([first]) {
    const isHidden = first && (first.isKnown ? /^[-+]\w*A/ : /^["'$`]/).test(first.text);
    return isHidden ? notRead(first) : [];
  },
  getopts: ([, name]) => (name ? [plainName(name)] : []),
  printf([first, name]) {
    if (!first || (first.isKnown && !first.text.startsWith('-v'))) return [];
    if (!first.isKnown)
      return /^(?:"?[^\s"'$`\\{*?[-]|'[^'-])/.test(first.text)
        ? []
        : refuse(`${first.text} may be an option of printf: write '%s' before it.`);
    if (first.text !== '-v') return [plainName({ ...first, text: first.text.slice(2) })];
    return name ? [plainName(name)] : [];
  },
  wait(words) {
    const at = words.findIndex(({ text }) => /^-\w*p/.test(text));
    if (at === -1) return [];
    const name = words[at + 1];
    return name && /p$/.test(words[at]?.text ?? '') ? [plainName(name)] : notRead(words[at]);
  },
};

/** What `program` does to variables by their names; refused where that can't be known. */
export const setBy = (program: string, words: readonly ShellWord[]): Named[] =>
  Object.hasOwn(TAKES, program) ? (TAKES[program]?.(words) ?? []) : [];

/** The variable that a word `NAME=value` sets; null where it is no such word. */
export function assignmentIn({ text, isKnown, maySplit }: ShellWord): Named | null {
  const assignment = isKnown ? text : text.replace(/^["']|["']$/g, '');
  const name = /^([A-Za-z_]\w*)\+?=/.exec(assignment)?.[1];
  if (!name || maySplit) return null;
  return { name, assignment, isNumber: isKnown && /=-?\d*$/.test(assignment) };
}

/** Without a value a shell may look for programs where it is, and calculates with 0. */
const emptied = (name: string): Named => ({ name, assignment: `${name}=`, isNumber: true });

function plainName(word: ShellWord): Named {
  const { text, isKnown } = word;
  if (!isKnown || !/^[A-Za-z_]\w*$/.test(text)) return notRead(word);
  return { name: text, assignment: `${text}=…`, isNumber: false };
}

const notRead = (word: ShellWord | undefined): never =>
  refuse(`Which variable ${word?.text} sets can't be known before it runs: write its name out.`);
