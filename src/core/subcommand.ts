/**
 * A program's subcommand without the options before it: `git -C sub push` is `git push`. Only options
 * that are known here are removed: an unknown one may take the next word as its value, and then it is
 * not known which word is the subcommand.
 */
import type { ParsedCommandLine } from './command-line.ts';

type Options = {
  /** Options whose value is the next word; `--name=value` is one word and needs no entry. */
  valued: string[];
  /** Options without a value. */
  alone: string[];
};

const PROGRAMS: Readonly<Record<string, Options>> = {
  git: {
    valued: [
      ...['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--config-env'],
      ...['--attr-source', '--super-prefix'],
    ],
    alone: [
      ...['-p', '--paginate', '-P', '--no-pager', '--bare', '--no-replace-objects'],
      ...['--no-lazy-fetch', '--no-optional-locks', '--no-advice', '--exec-path'],
      ...['--literal-pathspecs', '--glob-pathspecs', '--noglob-pathspecs', '--icase-pathspecs'],
    ],
  },
  npm: {
    valued: [
      ...['--prefix', '-C', '--workspace', '-w', '--registry', '--userconfig', '--cache'],
      ...['--loglevel', '--otp', '--tag', '--access'],
    ],
    alone: [
      ...['--silent', '-s', '--quiet', '-q', '--verbose', '--json', '--yes', '-y', '--force', '-f'],
      ...['--global', '-g', '--workspaces', '--ignore-scripts', '--offline', '--no-audit'],
    ],
  },
  pnpm: {
    valued: ['--dir', '-C', '--filter', '-F', '--registry', '--loglevel', '--reporter'],
    alone: ['--recursive', '-r', '--workspace-root', '-w', '--silent', '-s'],
  },
  yarn: {
    valued: ['--cwd', '--registry'],
    alone: ['--silent', '-s', '--verbose', '--json'],
  },
  cargo: {
    valued: ['--config', '-Z', '-C', '--color'],
    alone: ['--verbose', '-v', '-vv', '--quiet', '-q', '--offline', '--locked', '--frozen'],
  },
  twine: { valued: [], alone: ['--no-color'] },
};

/** `argv` is the result of `plainCommand`. An argv of another program, or without a subcommand, is unchanged. */
export function subcommand(argv: readonly string[]): ParsedCommandLine {
  const [program = '', ...rest] = argv;
  const options = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  if (!options) return { ok: true, argv: [...argv] };
  let at = 0;
  for (; at < rest.length; at++) {
    const word = rest[at] ?? '';
    if (options.valued.includes(word)) at += 1;
    else if (!word.startsWith('-') && !isToolchain(program, word)) break;
    else if (!isKnown(options, word) && at + 1 < rest.length)
      return {
        ok: false,
        problem: `"${word}" before what ${program} is to do hides that: put the option behind it.`,
      };
  }
  return { ok: true, argv: [program, ...rest.slice(at)] };
}

const isKnown = ({ alone }: Options, word: string): boolean =>
  alone.includes(word) || /^--[^=]+=/.test(word) || word.startsWith('+');

/** `cargo +nightly build`. */
const isToolchain = (program: string, word: string): boolean =>
  program === 'cargo' && word.startsWith('+');
