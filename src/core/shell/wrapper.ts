/** Programs that run another program, whose words follow their own. */
import { refuse } from './refused.ts';
import { type ShellWord, unknown } from './word.ts';

type Wrapper = {
  /** Options whose value is the next word, or follows a short option without a blank. */
  valued?: string[];
  /** Options without a value. */
  alone?: string[];
  /** How many words of its own stand before the other program. */
  operands?: number;
  /** It does more than to run the other program, so that it is asked about as well. */
  isJudged?: boolean;
  /** Words with `=` before the other program set variables for it. */
  setsVariables?: boolean;
  /** The shell runs the other one itself, so that it may be `cd`. */
  isInPlace?: boolean;
};

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  nohup: {},
  eatmydata: {},
  'xvfb-run': {
    valued: ['-e', '-f', '-n', '-p', '-s', '--server-args', '--server-num', '--error-file'],
    alone: ['-a', '-l', '--auto-servernum', '--listen-tcp'],
  },
  setsid: { alone: ['-c', '-f', '-w', '--ctty', '--fork', '--wait'] },
  builtin: { isInPlace: true },
  command: { alone: ['-p'], isInPlace: true },
  noglob: { isInPlace: true },
  nocorrect: { isInPlace: true },
  exec: { valued: ['-a'], alone: ['-c', '-l'] },
  time: {
    valued: ['-f', '-o', '--format', '--output'],
    alone: ['-p', '-a', '-v', '--portability'],
  },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '--class', '--classdata'], alone: ['-t', '--ignore'] },
  stdbuf: { valued: ['-i', '-o', '-e', '--input', '--output', '--error'] },
  timeout: {
    valued: ['-k', '-s', '--kill-after', '--signal'],
    alone: ['-v', '--verbose', '--foreground', '--preserve-status'],
    operands: 1,
  },
  env: {
    valued: ['-u', '-C', '--unset', '--chdir'],
    alone: ['-', '-i', '-0', '--ignore-environment', '--null'],
    setsVariables: true,
  },
  busybox: {},
  toybox: {},
  xargs: {
    valued: [
      ...['-a', '-d', '-E', '-I', '-L', '-n', '-P', '-s', '--arg-file', '--delimiter'],
      ...['--max-lines', '--max-args', '--max-procs', '--max-chars'],
    ],
    alone: ['-0', '-r', '-t', '-x', '-i', '--null', '--no-run-if-empty', '--verbose', '--exit'],
    isJudged: true,
  },
  sudo: {
    valued: ['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-T', '-U', '-r', '-t', '--user', '--group'],
    alone: ['-n', '-E', '-H', '-S', '-k', '-b', '--preserve-env', '--non-interactive'],
    setsVariables: true,
    isJudged: true,
  },
  doas: { valued: ['-u', '-C'], alone: ['-n', '-s', '-L'], isJudged: true },
  chroot: { operands: 1, isJudged: true },
  flock: {
    valued: ['-w', '-E', '--timeout', '--conflict-exit-code'],
    alone: ['-e', '-s', '-x', '-n', '-o', '-u', '--exclusive', '--shared', '--nonblock'],
    operands: 1,
    isJudged: true,
  },
};

type Wrapped = {
  inner: ShellWord[];
  /** The words before it. */
  own: readonly ShellWord[];
  isJudged: boolean;
  isInPlace: boolean;
  setsVariables: boolean;
};

/** The words of the program that is run in the end; `null` where `words` run none but their own. */
export function wrapped([first, ...rest]: readonly ShellWord[]): Wrapped | null {
  const program = first?.text ?? '';
  if (program === 'find') return executed(rest);
  const wrapper = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined;
  if (!wrapper) return null;
  // `command -v npm` says where npm is.
  if (program === 'command' && /^-[vV]+$/.test(rest[0]?.text ?? '')) return null;
  const at = behindOptions(program, wrapper, rest);
  const { isJudged = false, isInPlace = false, setsVariables = false } = wrapper;
  const start = setsVariables ? behindVariables(rest, at) : at + (wrapper.operands ?? 0);
  const own = rest.slice(0, start);
  if (own.some(word => word.maySplit)) return hides(program);
  const inner = rest.slice(start);
  if (inner.length === 0) return null;
  const words = program === 'xargs' ? appended(own, inner) : inner;
  return { inner: words, own, isJudged, isInPlace, setsVariables };
}

function behindOptions(program: string, wrapper: Wrapper, words: readonly ShellWord[]): number {
  const { valued = [], alone = [] } = wrapper;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as ShellWord;
    const { text } = word;
    if (text === '--') return at + 1;
    if (!text.startsWith('-')) return at;
    if (!word.isKnown) return hides(program);
    if (valued.includes(text)) at += 1;
    else if (!alone.includes(text) && !hasValue(text, valued) && !isCluster(text, alone))
      return hides(program, text);
  }
  return at;
}

/** `--name=value`, `-n5`, and `-5`, which is short for it. */
const hasValue = (text: string, valued: string[]): boolean =>
  /^--(?!split-string)[a-z-]+=/.test(text) ||
  /^-\d+$/.test(text) ||
  valued.some(option => /^-[^-]$/.test(option) && text.startsWith(option));

/** `-0r` is `-0 -r`. */
const isCluster = (text: string, alone: string[]): boolean =>
  /^-[^-]+$/.test(text) && [...text.slice(1)].every(letter => alone.includes(`-${letter}`));

function behindVariables(words: readonly ShellWord[], from: number): number {
  let at = from;
  while (words[at]?.text.includes('=')) at += 1;
  return at;
}

/** `xargs` adds words that it reads, and puts them in place of the mark that `-I` names. */
function appended(own: readonly ShellWord[], inner: readonly ShellWord[]): ShellWord[] {
  const marks = own.flatMap(({ text }, at) => {
    if (text === '-I') return [own[at + 1]?.text ?? ''];
    if (/^-[iI]./.test(text)) return [text.slice(2)];
    if (text.startsWith('--replace=')) return [text.slice('--replace='.length)];
    return /^-[^-]*i$/.test(text) ? ['{}'] : [];
  });
  const words = inner.map(word =>
    marks.some(mark => mark === '' || word.text.includes(mark)) ? unknown(word.text) : word,
  );
  return [...words, { text: '…', isKnown: false, maySplit: true }];
}

/** What `find` runs for each file that it finds. */
function executed(words: readonly ShellWord[]): Wrapped | null {
  // Words that the shell puts here could begin with `-exec`; names of files do not.
  const hidden = words.some(({ text, maySplit }) => maySplit && /[$`{]/.test(text));
  if (hidden && words.some(({ text }) => text === ';' || text === '+')) return hides('find');
  const at = words.findIndex(({ text }) => /^-(?:exec|execdir|ok|okdir)$/.test(text));
  if (at === -1) return null;
  const rest = words.slice(at + 1);
  const end = rest.findIndex(({ text }) => text === ';' || text === '+');
  if (end === -1) return hides('find');
  if (executed(rest.slice(end + 1)))
    return refuse('`find` with two `-exec`: run it once for each.');
  const inner = rest
    .slice(0, end)
    .map(word => (word.text.includes('{}') ? unknown(word.text) : word));
  return { inner, own: [], isJudged: true, isInPlace: false, setsVariables: false };
}

const hides = (program: string, option = 'a word that the shell expands'): never =>
  refuse(`\`${program}\` with ${option} hides what runs: run the program itself.`);
