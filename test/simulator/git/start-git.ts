/** Programs are started by a small process beside us, which every call shares. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

type Answer = { readonly id: number } & (Ran | { readonly problem: string });

interface Waiting {
  resolve(ran: Ran): void;
  reject(error: Error): void;
}

const RUNNER = join(import.meta.dirname, 'runner.mjs');
const waiting = new Map<number, Waiting>();
let runner: ChildProcess | undefined;
let calls = 0;

export function startGit(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string | Buffer | undefined,
): Promise<Ran> {
  runner ??= startRunner();
  const { channel } = runner;
  // Only what is under way keeps this process alive.
  channel?.ref();
  const id = ++calls;
  runner.send({ id, directory, args, env, input });
  return new Promise<Ran>((resolve, reject) => waiting.set(id, { resolve, reject })).finally(() => {
    if (waiting.size === 0) channel?.unref();
  });
}

function startRunner(): ChildProcess {
  const child = fork(RUNNER, [], {
    env: {},
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C is for us: what is under way may end.
    detached: true,
  });
  child.unref();
  child.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('problem' in answer) call?.reject(new Error(answer.problem));
    else call?.resolve(answer);
  });
  child.once('exit', () => {
    runner = undefined;
    for (const call of waiting.values()) call.reject(new Error('the runner of git ended'));
    waiting.clear();
  });
  return child;
}
