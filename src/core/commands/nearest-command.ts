/** The command that a word which is none was probably meant to be. */

import { nearest } from '../nearest.ts';
import { CommandName } from './commands.ts';

/** What other bots call it, or a person would. They start nothing: they only say what to suggest. */
const OTHER_WORDS: Readonly<Record<string, CommandName>> = {
  abort: 'cancel',
  accept: 'approve',
  bypass: 'override',
  continue: 'resume',
  force: 'override',
  hold: 'pause',
  ignore: 'override',
  kill: 'cancel',
  lgtm: 'approve',
  merge: 'approve',
  publish: 'override',
  reject: 'deny',
  rerun: 'retry',
  restart: 'retry',
  skip: 'override',
  stop: 'cancel',
  unapprove: 'revoke',
  unpause: 'resume',
  usage: 'help',
};

/** `null`: no command is near enough to have been meant. */
export function nearestCommand(word: string): CommandName | null {
  const typed = word.toLowerCase().replace(/^[^\p{L}]+/u, '');
  return (
    (Object.hasOwn(OTHER_WORDS, typed) ? OTHER_WORDS[typed] : null) ??
    nearest(typed, CommandName.options) ??
    // "fixes", "testing", "fix/lint"
    CommandName.options.find(name => typed.startsWith(name)) ??
    null
  );
}
