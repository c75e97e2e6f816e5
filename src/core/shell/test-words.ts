/** The words of `test` and `[`, which are looked through because some of their operators run what a text names. */
import { refuse } from './refused.ts';
import type { ShellWord } from './word.ts';

const NUMBERS = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);
const TWO = new Set([...NUMBERS, '=', '==', '!=', '<', '>', '=~', '-nt', '-ot', '-ef']);
const ONE = /^-[a-zA-Z]$/;
/** A text that stands between these is nothing but a text. */
const BETWEEN = new Set(['!', '(', ')', '-a', '-o', '&&', '||', ']']);

/** `isNumber`: whether a word is one, whatever the shell makes of it. */
export function checkTest(words: readonly ShellWord[], isNumber: (text: string) => boolean): void {
  words.forEach((word, at) => {
    const [before, after] = [words[at - 1], words[at + 1]];
    const isOf = (other: ShellWord | undefined, is: (text: string) => boolean): boolean =>
      other?.isKnown === true && is(other.text);
    const isNamed = isOf(before, text => text === '-v' || text === '-R');
    const isCompared =
      isOf(before, text => NUMBERS.has(text)) || isOf(after, text => NUMBERS.has(text));
    if (isNamed && !(word.isKnown && /^\w*$|^\]$/.test(word.text))) notRead(word);
    if (word.isKnown) {
      if (isCompared && /[[$`]/.test(word.text)) notRead(word);
      return;
    }
    if (word.maySplit && !isNumber(word.text))
      refuse(
        `The words that ${word.text} becomes can't be known before it runs: put it in quotes.`,
      );
    const isOperand =
      isOf(before, text => TWO.has(text) || ONE.test(text)) || isOf(after, text => TWO.has(text));
    const isAlone =
      (!before || isOf(before, text => BETWEEN.has(text))) &&
      (!after || isOf(after, text => BETWEEN.has(text)));
    if (!isOperand && !isAlone) notRead(word);
  });
}

const notRead = ({ text }: ShellWord): never =>
  refuse(`What ${text} does in a test can't be known before it runs: write the test out.`);
