/** A command that starts work, as people name it in their files. */
import { z } from 'zod';
import { didYouMean } from '../nearest.ts';
import { STARTABLE, startable } from './commands.ts';

/** The end of a sentence that begins with where it stands. */
export const startsNothing = (word: unknown): string =>
  `is no command that starts work${typeof word === 'string' ? didYouMean(word, STARTABLE) : ''}: it is one of ${STARTABLE.join(', ')}`;

export const WorkCommand = z.string().refine(name => startable(name) !== null, {
  error: ({ input }) => startsNothing(input),
});
