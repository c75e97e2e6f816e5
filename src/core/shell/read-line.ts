/**
 * A line for a shell, read before it runs: the programs that it runs and the files that it writes,
 * each of which policy is asked about. The line itself is never given to a shell of ours. What can't be
 * known before it runs is refused, with what to do instead.
 */
import { parse } from 'unbash';
import { commandText } from '../command-line.ts';
import { RefusedLine } from './refused.ts';
import { createWalk, type ShellPart } from './walk.ts';
import { known } from './word.ts';

export type { ShellPart };
export type ShellReading =
  | {
      ok: true;
      /** Each once: the commands in their order, then the files that are written. */
      parts: [ShellPart, ...ShellPart[]];
      /** It is one command in plain words: nothing of the line is missing in it. */
      isPlain: boolean;
    }
  | { ok: false; problem: string };

/** More is refused unread: a longer text belongs into a file. */
const LONGEST = 32_768;
/** The parser looks through all texts behind `<<` for each of them. */
const MOST_HERE_DOCUMENTS = 32;

/** Reads a line as a shell would be given it. @foreign */
export function readShellLine(line: string): ShellReading {
  if (
    line.length > LONGEST ||
    line.split('<<', MOST_HERE_DOCUMENTS + 2).length > MOST_HERE_DOCUMENTS
  )
    return {
      ok: false,
      problem: 'The line is too long to be read: put it into a script, and run that.',
    };
  return reading(walk => walk.script(parse(line)));
}

/** Reads an argv, which may be a shell with a line. @foreign */
export function readArgv(argv: readonly string[]): ShellReading {
  if (commandText(argv).length > LONGEST)
    return {
      ok: false,
      problem: 'The command is too long to be read: put it into a script, and run that.',
    };
  return reading(walk => walk.command(argv.map(known)));
}

function reading(read: (walk: ReturnType<typeof createWalk>) => void): ShellReading {
  const walk = createWalk();
  try {
    read(walk);
    const [first, ...more] = walk.parts();
    if (!first) return { ok: false, problem: 'The command is empty: it runs no program.' };
    return { ok: true, parts: [first, ...more], isPlain: walk.isPlain() };
  } catch (error) {
    if (error instanceof RefusedLine) return { ok: false, problem: error.message };
    // The parser bounds nesting; where it does not, the stack does.
    if (error instanceof RangeError)
      return { ok: false, problem: 'The line is nested too deep to be read.' };
    throw error;
  }
}
