/**
 * `gatehouse completion <shell>`: a script for the shell, made of the commands and options that there
 * are. It starts nothing when a word is completed; the shell's own completion of files stays.
 */
import type { Command } from 'commander';
import { type Output, print } from './output.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What can follow the words of a command, each with what it is for. */
type Place = { words: string; next: { word: string; about: string }[] };

export function completion(
  program: Command,
  output: Output,
  shell: Shell,
  options: { json: boolean },
): void {
  const script = SCRIPTS[shell](placesOf(program, []));
  print(output, options.json, { shell, script }, [script.trimEnd()]);
}

function placesOf(command: Command, before: string[]): Place[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command);
  const next = [
    ...help
      .visibleCommands(command)
      .map(each => ({ word: each.name(), about: each.description() })),
    ...options.flatMap(({ long, description }) =>
      long ? [{ word: long, about: description }] : [],
    ),
  ];
  const below = command.commands.flatMap(each => placesOf(each, [...before, each.name()]));
  return [{ words: before.join(' '), next }, ...below];
}

/** Longest first, so that the first place that fits is the nearest. */
const nearestFirst = (places: Place[]): Place[] =>
  places.toSorted((a, b) => b.words.length - a.words.length);

const wordsOf = ({ next }: Place): string => next.map(({ word }) => word).join(' ');

const SCRIPTS: Record<Shell, (places: Place[]) => string> = {
  bash: places => `# gatehouse completion bash > ~/.local/share/bash-completion/completions/gatehouse
_gatehouse() {
  local words
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1} " in
${nearestFirst(places)
  .map(place => `    ${pattern(place)}) words="${wordsOf(place)}" ;;`)
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _gatehouse gatehouse
`,
  zsh: places => `#compdef gatehouse
# gatehouse completion zsh > ~/.zfunc/_gatehouse, where fpath has ~/.zfunc
local -a next
case "\${(j: :)words[2,CURRENT-1]} " in
${nearestFirst(places)
  .map(place => `  ${pattern(place)}) next=(${place.next.map(described).join(' ')}) ;;`)
  .join('\n')}
esac
_describe 'gatehouse' next || _files
`,
  fish: places => `# gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish
${places
  .flatMap(({ words, next }) =>
    next.map(({ word, about }) => {
      const seen = words.split(' ').map(each => `__fish_seen_subcommand_from ${each}`);
      const given = words === '' ? '__fish_use_subcommand' : seen.join('; and ');
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c gatehouse -n '${given}' ${what} -d ${quoted(about)}`;
    }),
  )
  .join('\n')}
`,
};

/** Of a shell's `case`: the words of the command, whatever follows them. */
const pattern = ({ words }: Place): string => (words === '' ? '*' : `"${words} "*`);

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const described = ({ word, about }: Place['next'][number]): string =>
  quoted(`${word}:${about.replaceAll(':', '\\:')}`);
