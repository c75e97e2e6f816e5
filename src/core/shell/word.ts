/** A word of a shell line, as far as it is known before the shell expands it. */
import type { Word, WordPart } from 'unbash';

export type ShellWord = {
  /** What the program gets; where the shell expands the word, the word as it stands in the line. */
  text: string;
  isKnown: boolean;
  /** The shell may make several words of it, or none. */
  maySplit: boolean;
  /** The shell takes it for an assignment, whatever it is behind. */
  isAssignment?: true;
};

/** A word that a program gets as it is. @foreign */
export const known = (text: string): ShellWord => ({ text, isKnown: true, maySplit: false });
/** A word that stands for another one. @foreign */
export const unknown = (text: string): ShellWord => ({ text, isKnown: false, maySplit: false });

export function shellWord({ text, value, parts = [] }: Word): ShellWord {
  const expanded = parts.filter(isExpanded);
  // `~+` and `~-` are folders that `cd` was in; `~user` is somebody's home.
  const isKnown = expanded.length === 0 && !/^~[^/]/.test(text);
  return { text: isKnown ? value : text, isKnown, maySplit: expanded.some(splits) };
}

function isExpanded(part: WordPart): boolean {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return false;
    case 'DoubleQuoted':
      return part.parts.some(({ type }) => type !== 'Literal');
    default:
      return true;
  }
}

function splits(part: WordPart): boolean {
  switch (part.type) {
    case 'ProcessSubstitution':
      return false;
    case 'DoubleQuoted':
      // "$@" and "${list[@]}" are several words even in quotes.
      return part.parts.some(({ type, text }) => type !== 'Literal' && text.includes('@'));
    default:
      return true;
  }
}
