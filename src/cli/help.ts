/** `gatehouse help [command...]`: shows how a command is used, or names the word that is none. */
import type { Command } from 'commander';
import { nearest } from '../core/nearest.ts';

/** Commander's own takes one word, and answers an unknown one as if there had been none. */
export function addHelp(parent: Command): void {
  parent
    .helpCommand(false)
    .command('help')
    .description('Show how a command is used.')
    .argument('[command...]', 'the words of the command')
    .action((words: string[]) => commandAt(parent, words).help());
}

function commandAt(parent: Command, [word, ...more]: string[]): Command {
  if (word === undefined) return parent;
  const named = parent.commands.find(each => each.name() === word);
  if (named !== undefined) return commandAt(named, more);
  const meant = nearest(
    word,
    parent.commands.map(each => each.name()),
  );
  // As Commander says it where the word stands without `help`.
  const suggestion = meant === null ? '' : `\n(Did you mean ${meant}?)`;
  return parent.error(`error: unknown command '${word}'${suggestion}`);
}
