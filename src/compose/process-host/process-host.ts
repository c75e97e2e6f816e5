/**
 * The keeper: a small process that starts programs for us. Starting one costs what its parent holds
 * of memory, in time during which the parent does nothing else; git and sandboxes are started many
 * times a run. Besides, whoever starts them then holds none of our other secrets.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { WorkspaceRefused } from '../../engine/ports/workspace.ts';
import type { HostCall, HostMessage, HostReply, ProcessHostOptions } from './messages.ts';

const PROCESS = join(import.meta.dirname, 'process.ts');
/** What the process may know of our environment. */
const ENVIRONMENT = ['PATH', 'TMPDIR', 'NODE_COMPILE_CACHE'];

/** What a call is told besides its answer. */
export type Listener = {
  token?: () => Promise<string>;
  hear?: (answer: Extract<HostReply, { output: unknown } | { ended: unknown }>) => void;
  /** The process is gone. */
  lost?: (error: Error) => void;
};

/** One process; `ask` fails for good once it is over. */
export type ProcessHost = {
  over(): boolean;
  ask(call: Omit<HostCall, 'id'>, listener?: Listener): { id: number; answer: Promise<unknown> };
  say(word: HostMessage): void;
  /** Nothing more is told of the call. */
  forget(id: number): void;
  stop(): Promise<void>;
};

/** The present keeper: started at once, and again where it died. */
export type ProcessHosts = { present(): ProcessHost; stop(): Promise<void> };

export function createProcessHosts(options: ProcessHostOptions): ProcessHosts {
  let host = startKeeper(options);
  return {
    present() {
      if (host.over()) host = startKeeper(options);
      return host;
    },
    stop: () => host.stop(),
  };
}

type Waiting = Listener & { resolve(value: unknown): void; reject(error: Error): void };

function startKeeper(options: ProcessHostOptions): ProcessHost {
  const child = fork(PROCESS, [JSON.stringify(options)], {
    env: Object.fromEntries(ENVIRONMENT.map(name => [name, process.env[name]])),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C is ours to handle; the process ends when we do.
    detached: true,
  });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let over = false;
  const gone = new Promise<void>(resolve => {
    const end = (why: string) => {
      over = true;
      const error = new Error(`The keeper of workspaces and sandboxes ended (${why}).`);
      for (const call of waiting.values()) {
        call.reject(error);
        call.lost?.(error);
      }
      waiting.clear();
      resolve();
    };
    child.once('exit', (code, signal) => end(String(signal ?? code)));
    child.once('error', error => end(error.message));
  });
  child.on('message', (answer: HostReply) => {
    const call = waiting.get(answer.id);
    if (call) take(child, call, answer);
  });
  return {
    over: () => over,
    ask(call, listener = {}) {
      const id = ++calls;
      const answer = new Promise<unknown>((resolve, reject) => {
        if (over) return reject(new Error('The keeper that this belongs to ended.'));
        waiting.set(id, {
          ...listener,
          resolve(value) {
            if (!listener.hear) waiting.delete(id);
            resolve(value);
          },
          reject(error) {
            waiting.delete(id);
            reject(error);
          },
        });
        send(child, { id, ...call });
      });
      return { id, answer };
    },
    say: word => send(child, word),
    forget: id => waiting.delete(id),
    stop() {
      if (child.connected) child.disconnect();
      return gone;
    },
  };
}

function take(child: ChildProcess, call: Waiting, answer: HostReply): void {
  if ('output' in answer || 'ended' in answer) return call.hear?.(answer);
  if ('token' in answer) return void tellToken(child, call, answer.id);
  if (answer.ok) return call.resolve(answer.value);
  const { problem } = answer;
  call.reject(answer.refused ? new WorkspaceRefused(problem) : new Error(problem));
}

/** Functions can't travel: the token is asked for when it is needed. */
async function tellToken(child: ChildProcess, call: Waiting, id: number): Promise<void> {
  try {
    if (!call.token) throw new Error('there is no token');
    send(child, { id, token: await call.token() });
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    // What GitHub said is known here alone: the call fails with it as it came.
    call.reject(error);
    send(child, { id, problem: error.message });
  }
}

/** A process that just died is heard of by its exit. */
function send(child: ChildProcess, message: HostCall | HostMessage): void {
  if (child.connected) child.send(message, () => {});
}
