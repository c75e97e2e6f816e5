/**
 * Runs several programs one after the other as one process: to start a process from here takes longer
 * than most of what git does.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import {
  configuration,
  type GitOptions,
  type GitResult,
  gitOnce,
  keepAnswer,
  type Lasting,
  runWithin,
} from './git.ts';
import type { ProgramEnd } from './run-program.ts';

/** Printed after each of them; nothing from outside can know it. */
const END = randomUUID();

/** Git and its arguments, or another program and its own. */
type Commands = readonly (readonly [string, ...string[]])[];

type InTurn = Omit<GitResult, 'stdout'> & { stdout: Buffer[] };

/**
 * Runs them until one fails; each has the limits, and what they print together is bounded. Only one may
 * read the input. Returns what each has printed, which of those that did not come to an end is empty.
 */
export async function tryInTurn(commands: Commands, options: GitOptions): Promise<InTurn> {
  return split(commands, await run(commands, options));
}

/** The same; throws where one fails. */
export async function gitInTurn(commands: Commands, options: GitOptions): Promise<Buffer[]> {
  return outputsOf(commands, await run(commands, options));
}

/** Arguments of git that ask about objects by their full names. */
export type Questions = readonly (readonly string[])[];

const commandsOf = (questions: Questions): Commands =>
  questions.map(args => ['git', ...args] as const);

/** The same for such questions: the answers are kept. */
export async function gitOnceInTurn(questions: Questions, options: Lasting): Promise<Buffer[]> {
  const commands = commandsOf(questions);
  if (scriptOf(commands).length > LONGEST_SCRIPT)
    return Promise.all(questions.map(args => gitOnce([...args], options)));
  const result = await keepAnswer([questions, options.most], () => run(commands, options));
  return outputsOf(commands, result);
}

/** Asks as one process what `gitOnceInTurn` is asked afterwards, each of these with its own `most`. */
export async function askAhead(
  later: readonly { questions: Questions; most?: number }[],
  options: Pick<GitOptions, 'dir' | 'limits'>,
): Promise<void> {
  const commands = commandsOf(later.flatMap(({ questions }) => questions));
  if (scriptOf(commands).length > LONGEST_SCRIPT) return;
  let together: Promise<InTurn | null> | null = null;
  let from = 0;
  const asked = later.map(({ questions, most }) => {
    const at = from;
    from += questions.length;
    if (questions.length === 0) return null;
    return keepAnswer([questions, most], async () => {
      together ??= tryInTurn(commands, options).catch(() => null);
      const answers = await together;
      const own = answers?.stdout.slice(at, at + questions.length) ?? [];
      const stdout = Buffer.concat(own.flatMap(each => [each, Buffer.from(END)]));
      if (answers?.exitCode === 0 && stdout.length <= (most ?? stdout.length))
        return { ...answers, stdout };
      // They met a bound together, which each of them alone may not meet.
      return run(commandsOf(questions), most === undefined ? options : { ...options, most });
    });
  });
  await Promise.all(asked);
}

/** Characters: a system takes arguments of 128 KB. */
const LONGEST_SCRIPT = 30_000;

function scriptOf(commands: Commands): string {
  const lines = commands.map(([file, ...args]) => {
    const words = args.map(quoted).join(' ');
    return file === 'git' ? `git "$@" ${words}` : `${quoted(file)} ${words}`;
  });
  return lines.map(line => `${line} && printf %s ${END}`).join(' && ');
}

function run(commands: Commands, options: GitOptions): Promise<GitResult> {
  const script = scriptOf(commands);
  return runWithin(['sh', '-c', script, 'in-turn', ...configuration(options)], options, ended => {
    const [file, name] = commands[partsOf(ended.stdout).length - 1] ?? [];
    return [file === 'git' ? `git ${name}` : String(file), withSignal(ended)];
  });
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A shell ends with 128 and the number of the signal that ended its program. */
function withSignal(ended: ProgramEnd): ProgramEnd {
  const by = LIMIT_SIGNALS.find(signal => ended.exitCode === 128 + constants.signals[signal]);
  return by ? { ...ended, exitCode: null, signal: by } : ended;
}

const LIMIT_SIGNALS = ['SIGXCPU', 'SIGXFSZ', 'SIGSEGV'] as const;

/** What each printed, and last what the one printed that did not end. */
function partsOf(output: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = output.indexOf(END); at !== -1; at = output.indexOf(END, from)) {
    parts.push(output.subarray(from, at));
    from = at + END.length;
  }
  return [...parts, output.subarray(from)];
}

function split(commands: Commands, { stdout, ...result }: GitResult): InTurn {
  const parts = partsOf(stdout);
  return { ...result, stdout: commands.map((_, at) => parts[at] ?? Buffer.alloc(0)) };
}

function outputsOf(commands: Commands, result: GitResult): Buffer[] {
  const { exitCode, stdout, stderr } = split(commands, result);
  if (exitCode === 0) return stdout;
  const failed = commands[partsOf(result.stdout).length - 1];
  throw new Error(`${failed?.slice(0, 2).join(' ')} failed (${exitCode}): ${stderr}`);
}
