/**
 * Programs that run a program which others have published, or which stands in an environment: policy judges
 * them as that as well. `npx npm publish` is `npm publish`, and `uv run git push` is `git push`.
 */

import { UNREADABLE } from './builtin.ts';
import { programOf } from './program.ts';
import { refuse } from './refused.ts';
import { isShell, lineOfShell } from './shell-program.ts';
import { subcommand } from './subcommand.ts';
import { known, type ShellWord } from './word.ts';
import { wrapped } from './wrapper.ts';

type Options = { valued?: string[]; alone?: string[] };

const OF_NPM: Options = {
  valued: ['-p', '--package', '-w', '--workspace'],
  alone: ['-y', '--yes', '--no', '-q', '--quiet', '-s', '--silent', '--workspaces'],
};
const OF_UV: Options = {
  valued: [
    ...['-p', '--python', '--with', '--with-editable', '--with-requirements', '--from', '--extra'],
    ...['--group', '--only-group', '--no-group', '--package', '--env-file', '--directory'],
    ...['--project', '--index', '--index-url', '--extra-index-url', '--refresh-package'],
  ],
  alone: [
    ...['--isolated', '--no-sync', '--frozen', '--locked', '--active', '--exact', '--all-extras'],
    ...['--all-groups', '--all-packages', '--dev', '--no-dev', '--only-dev', '--no-project'],
    ...['--no-env-file', '--refresh', '--offline', '-q', '--quiet', '-v', '--verbose', '-U'],
    // What follows these is the name of a module, as with `python -m`.
    ...['--upgrade', '--no-cache', '-n', '--no-editable', '-m', '--module'],
  ],
};

/** By the words that stand before their own options. */
const RUNNERS: Readonly<Record<string, Options>> = {
  npx: OF_NPM,
  'npm exec': OF_NPM,
  'pnpm exec': { alone: ['-r', '--recursive', '--parallel', '--no-bail'] },
  'pnpm dlx': { valued: ['--package', '--allow-build'], alone: ['-s', '--silent'] },
  pnpx: { valued: ['--package'], alone: ['-s', '--silent'] },
  'yarn exec': {},
  'yarn dlx': { valued: ['-p', '--package'], alone: ['-q', '--quiet'] },
  'bun x': { valued: ['-p', '--package'], alone: ['--bun', '--silent', '--verbose'] },
  bunx: { valued: ['-p', '--package'], alone: ['--bun', '--silent', '--verbose'] },
  corepack: {},
  'uv run': OF_UV,
  'uv tool run': OF_UV,
  uvx: OF_UV,
  'poetry run': {},
  'pdm run': { valued: ['-p', '--project'], alone: ['-v', '-q', '-s', '--site-packages'] },
  'hatch run': {},
  'pipenv run': {},
  'pipx run': { valued: ['--spec', '--python'], alone: ['--no-cache', '-q', '-v', '--verbose'] },
  'bundle exec': { alone: ['--keep-file-descriptors'] },
};

/** Nobody has use for more of them behind each other, and each repeats the words behind it. */
const MOST_RUNNERS = 4;

/** Options by which programs that read have another program read for them. GNU's may be shortened. */
const HELPERS: Readonly<Record<string, RegExp>> = {
  rg: /^--(?:pre|hostname-bin)(?:=|$)/,
  sort: /^--co/,
};

/** Refuses a program that reads by another one, and words that may be such an option once they are expanded. */
function refuseHelpers([by, ...rest]: readonly ShellWord[]): void {
  const helper = Object.hasOwn(HELPERS, by?.text ?? '') ? HELPERS[by?.text ?? ''] : undefined;
  if (!by || !helper) return;
  const end = rest.findIndex(({ text }) => text === '--');
  for (const { text, isKnown } of end === -1 ? rest : rest.slice(0, end)) {
    if (helper.test(text))
      refuse(`What \`${by.text}\` runs by ${text} can't be known: leave the option out.`);
    if (!isKnown && /^"?[$`]/.test(text))
      refuse(`${text} may be an option of \`${by.text}\`: put \`--\` before it.`);
  }
}

/**
 * Each program that the words run besides, as it stands, and without the options before what it is to do.
 * `runners`: how many of these programs stand before the words.
 */
export function ranBy(words: readonly ShellWord[], runners = 0): string[][] {
  refuseHelpers(words);
  const inner = innerOf(words);
  if (inner.length === 0) return [];
  const [first, ...rest] = inner as [ShellWord, ...ShellWord[]];
  const by = words[0]?.text ?? '';
  const hidden = (): never =>
    refuse(`What \`${by}\` runs can't be known before it runs: run the program itself.`);
  if (!first.isKnown || runners === MOST_RUNNERS) return hidden();
  const [program, ...more] = programOf(withoutVersion(first.text));
  const within = [program, ...more].map(known).concat(rest);
  const isLine = isShell(program) && lineOfShell(within) !== null;
  if (isLine || Object.hasOwn(UNREADABLE, program) || wrapped(within)) return hidden();
  const does = subcommand(within);
  if (!does.ok) return refuse(does.problem);
  const argv = within.map(({ text }) => text);
  const isPlain = does.argv.join('\0') === argv.join('\0');
  return [argv, ...(isPlain ? [] : [does.argv]), ...ranBy(within, runners + 1)];
}

/** The words of the program that is run; none where `words` run no other. */
function innerOf(words: readonly ShellWord[]): readonly ShellWord[] {
  const does = subcommand(words);
  if (!does.ok) return refuse(does.problem);
  const [program = '', ...plain] = does.argv;
  // The options before what it is to do are left out, and nothing else is.
  const rest = words.slice(words.length - plain.length);
  if (/^python[\d.]*$/.test(program)) return moduleOf(rest);
  for (const [name, options] of Object.entries(RUNNERS)) {
    const own = name.split(' ');
    if (!own.every((word, at) => does.argv[at] === word)) continue;
    const inner = behindOptions(name, options, rest.slice(own.length - 1));
    // It has commands of its own besides the package managers.
    return name === 'corepack' && !isManager(inner[0]?.text ?? '') ? [] : inner;
  }
  return [];
}

const isManager = (text: string): boolean => /^(?:p?np[mx]|yarn(?:pkg)?)(?:@|$)/.test(text);

function behindOptions(
  name: string,
  { valued = [], alone = [] }: Options,
  words: readonly ShellWord[],
): readonly ShellWord[] {
  for (let at = 0; at < words.length; at++) {
    const { text, isKnown } = words[at] as ShellWord;
    if (text === '--') return words.slice(at + 1);
    if (!text.startsWith('-')) return words.slice(at);
    if (valued.includes(text)) at += 1;
    else if (!isKnown || !(alone.includes(text) || valued.includes(text.replace(/=.*$/s, '')))) {
      if (at + 1 < words.length)
        return refuse(`\`${name}\` with ${text} hides what runs: run the program itself.`);
    }
  }
  return [];
}

/** `python -m twine upload`: what follows the name of a module is for that. */
function moduleOf(words: readonly ShellWord[]): readonly ShellWord[] {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as ShellWord;
    const module = /^-[bBdEiIOPqsSuvx]*m(.*)$/s.exec(word.text)?.[1];
    if (module === '') return words.slice(at + 1);
    if (module !== undefined) return [{ ...word, text: module }, ...words.slice(at + 1)];
    if (/^-[WX]$/.test(word.text)) at += 1;
    else if (!/^-[^c]/.test(word.text)) return [];
  }
  return [];
}

/** `npm@10`, `twine==5`: which version of it runs. */
function withoutVersion(text: string): string {
  const name = text.lastIndexOf('/') + 1;
  const version = text.slice(name).search(/@|==/);
  return version > 0 ? text.slice(0, name + version) : text;
}
