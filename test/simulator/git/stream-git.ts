/** Git whose input and output are streams: started by a small process beside us, which every call shares. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { Duplex } from 'node:stream';

/** What the runner tells of a call. */
type Told =
  | { readonly problem: string }
  | { readonly data: Buffer }
  | { readonly taken: true }
  | { readonly closed: true };

interface Call {
  told(what: Told): void;
  lost(error: Error): void;
}

type Environment = Readonly<Record<string, string>>;

const RUNNER = join(import.meta.dirname, 'runner.mjs');
const calls = new Map<number, Call>();
let runner: ChildProcess | undefined;
let last = 0;

/** What is written to it is git's input, and what is read from it git's output. Git ends when it is destroyed. */
export function streamGit(
  directory: string,
  args: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Duplex {
  let taken: () => void = () => undefined;
  let ended: () => void = () => undefined;
  const id = open({
    told(what) {
      if ('data' in what) stream.push(what.data);
      else if ('taken' in what) taken();
      else if ('closed' in what) {
        close(id);
        stream.push(null);
        ended();
      } else stream.destroy(new Error('problem' in what ? what.problem : 'git ended'));
    },
    lost(error) {
      stream.destroy(error);
      ended();
    },
  });
  const stream = new Duplex({
    signal,
    read: () => send({ id, wanted: true }),
    write(data, _encoding, done) {
      taken = done;
      send({ id, data });
    },
    final(done) {
      send({ id, ended: true });
      done();
    },
    /** It is closed once git has ended. */
    destroy(error, done) {
      ended = () => done(error);
      if (calls.has(id)) send({ id, killed: true });
      else ended();
    },
  });
  send({ id, directory, args, env });
  return stream;
}

function open(call: Call): number {
  runner ??= startRunner();
  // Only what is under way keeps this process alive.
  runner.channel?.ref();
  calls.set(++last, call);
  return last;
}

function close(id: number): void {
  calls.delete(id);
  if (calls.size === 0) runner?.channel?.unref();
}

function send(message: { id: number } & Record<string, unknown>): void {
  if (runner?.connected) runner.send(message);
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
  child.on('message', ({ id, ...what }: { id: number } & Told) =>
    calls.get(id)?.told(what as Told),
  );
  child.once('exit', () => {
    runner = undefined;
    const lost = [...calls.values()];
    calls.clear();
    for (const call of lost) call.lost(new Error('the runner of git ended'));
  });
  return child;
}
