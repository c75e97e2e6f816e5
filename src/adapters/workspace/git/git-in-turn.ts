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

/** The same for questions about objects by their full names: the answers are kept. */
export async function gitOnceInTurn(
  questions: readonly (readonly string[])[],
  options: Lasting,
): Promise<Buffer[]> {
  const commands = questions.map(args => ['git', ...args] as const);
  if (scriptOf(commands).length > LONGEST_SCRIPT)
    return Promise.all(questions.map(args => gitOnce([...args], options)));
  const result = await keepAnswer([questions, options.most], () => run(commands, options));
  return outputsOf(commands, result);
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
