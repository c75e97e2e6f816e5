/**
 * What a line makes of the shell's variables: which of them change what runs, and which are numbers. A shell
 * reads the value of a variable that it calculates with as arithmetic, and runs what that names
 * (`a[$(…)]`): only what the line itself makes a number is calculated with.
 */
import type { Assignment, For, ParameterExpansionPart, Select, Word, WordPart } from 'unbash';
import { assignmentIn } from './names.ts';
import { refuse } from './refused.ts';
import type { ShellWord } from './word.ts';

const NUMBER = /^-?(?:\d+|0[xX][\da-fA-F]+|\d+#\w+)$/;
/** `{1..5}`. */
const RANGE = /^\{-?\d+\.\.-?\d+(?:\.\.-?\d+)?\}$/;
/** Numbers that the shell itself keeps, and lengths. */
const OWN_NUMBER = /^\$(?:[#?$!]|\{#\w+\})$/;

/** `changed` is told of each variable that the line gives a value, with the assignment as it stands. */
export function createVariables(changed: (name: string, assignment: string) => void) {
  const numbers = new Set<string>();
  const texts = new Set<string>();
  const calculated = new Set<string>();

  function assign(name: string, assignment: string, isNumber = false): void {
    (isNumber ? numbers : texts).add(name);
    changed(name, assignment);
  }

  /** A number, or a variable that is one. */
  function isNumber(text: string): boolean {
    const word = text.trim().replace(/^-|^\d+#(?=\$)/, '');
    if (NUMBER.test(word) || OWN_NUMBER.test(word)) return true;
    const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(word)?.[1];
    if (!name || !numbers.has(name)) return false;
    calculated.add(name);
    return true;
  }

  function calculate(text: string): void {
    if (!isNumber(text)) notCalculated(text);
  }

  /** Where a comparison calculates. */
  function compare(word: Word): void {
    if (!isNumberWord(word)) calculate(only(word)?.text ?? word.text);
  }

  /** A word of `env` may set a variable by a name that no shell would take. */
  function environment(word: ShellWord): void {
    const set = assignmentIn(word);
    if (set) return assign(set.name, set.assignment, set.isNumber);
    const [name, value] = word.text.split('=', 1 + 1);
    if (value === undefined || word.text.startsWith('-')) return;
    if (!word.isKnown)
      refuse(`Which variable ${word.text} sets can't be known: write its name out.`);
    assign(name ?? '', word.text);
  }

  function assignment({ name, value, index, text }: Assignment): void {
    if (index) calculate(index.text);
    const isNumber = value.type === 'Word' && isNumberWord(value);
    if (value.type === 'ArrayValue' && value.elements.some(each => each.text.startsWith('[')))
      refuse(`${text} is not read: write the values of a list without their places.`);
    assign(name, text, isNumber);
  }

  /** A loop gives its variable each of its words. */
  function loop({ name, wordlist }: For | Select): void {
    const areNumbers = wordlist?.every(word => isNumberWord(word) || RANGE.test(word.text));
    const given = (wordlist ?? []).map(({ text }) => text).join(' ');
    assign(name.value, `${name.value}=${given}`, areNumbers ?? false);
  }

  /** `${!x}` is what the variable names, and what is in `[ ]` is calculated. */
  function expanded({ text, parameter, prefix, index, operation }: ParameterExpansionPart): void {
    const isOfAll = index !== undefined && /^[@*]$/.test(index.text);
    if (prefix === '!' && operation?.type !== 'Names' && !isOfAll)
      refuse(`What ${text} stands for can't be known before it runs: name the variable.`);
    if (index && !isOfAll) calculate(index.text);
    // A shell assigns it only where it has no value, which is not known here.
    if (operation?.type === 'Default' && /=$/.test(operation.operator))
      assign(parameter, `${parameter}=${operation.operand.text}`);
  }

  return {
    assign,
    assignment,
    environment,
    loop,
    expanded,
    isNumber,
    calculate,
    compare,
    /** What is calculated with is a text somewhere else in the line, which may come first. */
    end(): void {
      for (const name of calculated) if (texts.has(name)) notCalculated(name);
    },
  };
}

const notCalculated = (text: string): never =>
  refuse(
    `What ${text} comes to as a number can't be known: calculate with numbers, and with variables that the line sets to one before.`,
  );

/** Whether the shell makes a number of the word, whatever is in its variables. */
function isNumberWord(word: Word): boolean {
  const part = only(word);
  if (part?.type === 'ArithmeticExpansion') return true;
  if (part) return OWN_NUMBER.test(part.text);
  return (word.parts ?? []).length === 0 && /^-?\d*$/.test(word.value);
}

/** The one expansion that the word is, in quotes or without; null where it is anything else. */
function only({ text, parts = [] }: Word): WordPart | null {
  const [part, ...more] = parts;
  if (!part || more.length > 0 || part.text !== text) return null;
  if (part.type !== 'DoubleQuoted') return part;
  const [inner, ...rest] = part.parts;
  return inner && rest.length === 0 && `"${inner.text}"` === text ? inner : null;
}
