/** A shell that is given a line, a script, or nothing. */
import { refuse } from './refused.ts';
import type { ShellWord } from './word.ts';

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ash', 'ksh', 'mksh']);
const ASKS_ONLY = new Set(['--version', '--help']);

export const isShell = (program: string): boolean => SHELLS.has(program);

/** The line after `-c`; `null`: the shell runs a script, and policy is asked about it as about any program. */
export function lineOfShell([first, ...rest]: readonly ShellWord[]): string | null {
  const program = first?.text ?? '';
  let isLine = false;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] as ShellWord;
    const { text } = word;
    if (ASKS_ONLY.has(text)) return null;
    if (word.maySplit || (!word.isKnown && (isLine || /^[-+]/.test(text))))
      return refuse(`What \`${program}\` runs can't be known before it runs: write it out.`);
    if (text === '--' || text === '-') continue;
    if (/^--(?:rcfile|init-file)/.test(text))
      return refuse(`\`${program}\` with ${text} runs that file first: run it by its path.`);
    if (/^[-+][^-]/.test(text)) {
      if (text.startsWith('-') && text.includes('c')) isLine = true;
      // Each takes a word of its own, wherever it stands among the letters.
      at += text.match(/[oO]/g)?.length ?? 0;
      if (text.startsWith('-') && text.includes('s')) return readsInput(program);
    } else if (!text.startsWith('--')) return isLine ? text : scriptOf(program, word);
  }
  return isLine ? refuse('The command is empty.') : readsInput(program);
}

function scriptOf(program: string, { text, isKnown }: ShellWord): null {
  if (!isKnown || /^\/(?:dev|proc)\//.test(text)) return readsInput(program);
  return null;
}

const readsInput = (program: string): never =>
  refuse(
    `\`${program}\` runs what it is given as input, which can't be known: write the commands as they are, or run a script by its path.`,
  );
