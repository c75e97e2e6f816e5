/**
 * A program's subcommand without the options before it: `git -C sub push` is `git push`. Only options
 * that are known here are removed: an unknown one may take the next word as its value, and then it is
 * not known which word is the subcommand.
 */
import type { ParsedCommandLine } from './command-line.ts';
import type { ShellWord } from './shell/word.ts';

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

/** Others of which policies name what they are told to do. */
const OTHERS = new Set([
  ...['gh', 'glab', 'bun', 'deno', 'go', 'pip', 'pip3', 'uv', 'poetry', 'gem', 'bundle', 'dotnet'],
  ...['docker', 'podman', 'kubectl', 'helm', 'terraform', 'aws', 'gcloud', 'az', 'npx', 'make'],
]);

/**
 * The words of a command, its program first. One of another program, or without a subcommand, is
 * unchanged. A word that the shell expands is refused where it may be the subcommand, or hide it.
 */
export function subcommand(words: readonly ShellWord[]): ParsedCommandLine {
  const argv = words.map(({ text }) => text);
  const [program = '', ...rest] = argv;
  const options = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  const hidden = (at: number): ParsedCommandLine => ({
    ok: false,
    problem: `What ${program} is to do can't be known before it runs: write out ${rest[at]}.`,
  });
  if (!options) {
    if (!OTHERS.has(program)) return { ok: true, argv };
    const first = rest.findIndex((word, at) => !word.startsWith('-') || !words[at + 1]?.isKnown);
    return first === -1 || words[first + 1]?.isKnown ? { ok: true, argv } : hidden(first);
  }
  let at = 0;
  for (; at < rest.length; at++) {
    const word = rest[at] ?? '';
    if (!words[at + 1]?.isKnown) return hidden(at);
    if (options.valued.includes(word)) {
      at += 1;
      if (words[at + 1]?.maySplit) return hidden(at);
      if (program === 'git' && /^alias\./i.test(rest[at] ?? ''))
        return { ok: false, problem: 'An alias hides what git is to do: write it out.' };
    } else if (!word.startsWith('-') && !isToolchain(program, word)) break;
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
