/** Finds the file that a redirection of a shell line writes. */
import type { Redirection } from 'unbash';
import { refuse } from './refused.ts';
import { shellWord } from './word.ts';

/** Returns the file as it stands in the line; null where the redirection writes none. */
export function writtenBy(redirection: Redirection): string | null {
  if (redirection.type !== 'Redirect') return null;
  const { operator, target } = redirection;
  if (!target) return refuse(`A file is missing behind ${operator}.`);
  const word = shellWord(target);
  if (/^\/dev\/(?:tcp|udp)\//.test(word.text))
    return refuse('A redirection to a host is no file: use a program that connects.');
  if (operator === '<' || operator === '<&') return null;
  // `2>&1` and `>&-` write no file; `>&name` does.
  if (operator === '>&' && /^(?:\d+-?|-)$/.test(word.text)) return null;
  if (!word.isKnown)
    return refuse(
      `The file that \`${operator} ${word.text}\` writes can't be known before it runs: write its path out.`,
    );
  return word.text;
}
