/**
 * A program's subcommand without the options before it: `git -C sub push` is `git push`. Only options
 * that are known here are removed: an unknown one may take the next word as its value, and then it is
 * not known which word is the subcommand.
 */
import type { ParsedCommandLine } from '../command-line.ts';
import { commandName } from './command-names.ts';
import { PROGRAMS, type ProgramOptions } from './program-options.ts';
import type { ShellWord } from './word.ts';

/** Others of which policies name what they are told to do. */
const OTHERS = new Set(['make']);
/** `make -j$(nproc)`. */
const PROCESSORS = /^-j"?\$\(nproc\)"?$/;

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
    const first = rest.findIndex(
      (word, at) => !word.startsWith('-') || !(words[at + 1]?.isKnown || PROCESSORS.test(word)),
    );
    return first === -1 || words[first + 1]?.isKnown ? { ok: true, argv } : hidden(first);
  }
  let at = 0;
  for (; at < rest.length; at++) {
    const word = rest[at] ?? '';
    if (!words[at + 1]?.isKnown) return hidden(at);
    if (options.valued.includes(word)) {
      at += 1;
      if (words[at + 1]?.maySplit) return hidden(at);
      if (word === '-c' && program === 'git' && !isHarmless(rest[at] ?? ''))
        return {
          ok: false,
          problem: `"-c ${rest[at]}" may have git run something else: leave it out.`,
        };
    } else if (!word.startsWith('-') && !isToolchain(program, word)) break;
    else if (!isKnown(options, word) && at + 1 < rest.length)
      return {
        ok: false,
        problem: `"${word}" before what ${program} is to do hides that: put the option behind it.`,
      };
  }
  const running = rest.find(word => runsAnother(options, word));
  if (running !== undefined && rest.indexOf(running) < endOfOptions(rest))
    return { ok: false, problem: `"${running}" hides what ${program} runs: leave it out.` };
  const [what, ...more] = rest.slice(at);
  return {
    ok: true,
    argv: what === undefined ? [program] : [program, commandName(program, what), ...more],
  };
}

/** What follows `--` is for another program. */
const endOfOptions = (words: readonly string[]): number =>
  words.includes('--') ? words.indexOf('--') : words.length;

function runsAnother({ runs = [] }: ProgramOptions, word: string): boolean {
  const name = /^--?(?!-)([^=]{3,})/.exec(word)?.[1]?.toLowerCase();
  return (
    name !== undefined && runs.some(option => option.startsWith(name) || isDotted(option, name))
  );
}

/** `--config.script-shell`. */
const isDotted = (option: string, name: string): boolean =>
  option.endsWith('.') && name.startsWith(option);

/**
 * Settings of git that change what it says, or who says it. Any other may name a program (`core.pager`,
 * `diff.external`), a file with settings, or another place (`url.….insteadOf`).
 */
const HARMLESS = new Set([
  ...['user.name', 'user.email', 'author.name', 'author.email', 'committer.name'],
  ...['committer.email', 'safe.directory', 'init.defaultbranch', 'commit.gpgsign', 'tag.gpgsign'],
  ...['core.quotepath', 'core.autocrlf', 'core.eol', 'core.safecrlf', 'core.filemode'],
  ...['core.longpaths', 'core.ignorecase', 'core.abbrev', 'diff.renames', 'diff.renamelimit'],
  ...['diff.algorithm', 'diff.noprefix', 'diff.mnemonicprefix', 'diff.context', 'diff.colormoved'],
  ...['merge.conflictstyle', 'merge.renames', 'merge.ff', 'fetch.prune', 'pull.rebase', 'pull.ff'],
  ...['push.default', 'rebase.autostash', 'rerere.enabled', 'gc.auto', 'maintenance.auto'],
  ...['http.extraheader', 'http.version', 'http.postbuffer', 'protocol.version'],
  ...['core.pager=cat', 'core.pager=', 'credential.helper='],
]);
const HARMLESS_GROUP = /^(?:color|advice|status|log|column)\.[a-z.]+$/;

function isHarmless(setting: string): boolean {
  const whole = setting.replace(/^"/, '').toLowerCase();
  const [key = ''] = whole.split('=', 1);
  return HARMLESS.has(key) || HARMLESS.has(whole) || HARMLESS_GROUP.test(key);
}

const isKnown = ({ alone, valued }: ProgramOptions, word: string): boolean =>
  alone.includes(word) ||
  valued.includes(/^(--?[^=]+)=/.exec(word)?.[1] ?? '') ||
  word.startsWith('+');

/** `cargo +nightly build`. */
const isToolchain = (program: string, word: string): boolean =>
  program === 'cargo' && word.startsWith('+');
