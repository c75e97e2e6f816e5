/** What a proof or a bench is told on its command line. */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Reads the options of the command whose main file this is. `--help` prints the comment at its top, which
 * lists them. What can't be taken ends the process with exit code 2 and one line that says so.
 */
export function readOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  file: string,
  options: T,
) {
  if (process.argv.slice(2).includes('--help')) {
    process.stdout.write(`${commentAtTop(file)}\n`);
    process.exit(0);
  }
  const values = valuesOf(file, options);
  const textOf = (name: keyof typeof values & string) => String(values[name]);
  return {
    values,
    /** A number that is at least so much, and a whole one where nothing else is said. */
    number(name: keyof typeof values & string, least: number, { whole = true } = {}): number {
      const value = Number(textOf(name).trim() || Number.NaN);
      if (value >= least && (whole ? Number.isSafeInteger(value) : Number.isFinite(value)))
        return value;
      return refuse(
        file,
        `--${name} takes a ${whole ? 'whole ' : ''}number from ${least}, not "${textOf(name)}"`,
      );
    },
    /** One of these words, `undefined` where the option is not given. */
    oneOf<W extends string>(name: keyof typeof values & string, words: readonly W[]) {
      const found = words.find(word => word === values[name]);
      if (found || values[name] === undefined) return found;
      return refuse(file, `--${name} takes ${words.join(' or ')}, not "${textOf(name)}"`);
    },
    /** A regular expression. */
    pattern(name: keyof typeof values & string, flags = ''): RegExp {
      try {
        return new RegExp(textOf(name), flags);
      } catch {
        return refuse(file, `--${name} takes a regular expression, not "${textOf(name)}"`);
      }
    },
    /** Ends the process, because of something that only the command itself can know. */
    refuse: (problem: string): never => refuse(file, problem),
    /** What the option chose of all that have these names: nothing chosen would be nothing proved. */
    chosen<C>(name: keyof typeof values & string, found: C[], names: readonly string[]): C[] {
      if (found.length > 0) return found;
      const all = names.map(each => `  ${each}`).join('\n');
      return refuse(file, `--${name} "${textOf(name)}" matches none of these:\n${all}\n`);
    },
  };
}

function valuesOf<const T extends NonNullable<ParseArgsConfig['options']>>(
  file: string,
  options: T,
) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    // What Node says in further sentences is advice about positional arguments.
    const [problem] = String(error instanceof Error ? error.message : error).split('. ');
    return refuse(file, problem ?? '');
  }
}

function refuse(file: string, problem: string): never {
  const end = problem.endsWith('\n') ? '' : '. ';
  process.stderr.write(`${basename(dirname(file))}: ${problem}${end}--help lists the options.\n`);
  process.exit(2);
}

function commentAtTop(file: string): string {
  const source = readFileSync(file, 'utf8');
  const lines = source.slice(0, source.indexOf('*/')).split('\n').slice(1);
  return lines
    .map(line => line.replace(/^ \* ?/, ''))
    .join('\n')
    .trim();
}
