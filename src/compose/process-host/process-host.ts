/**
 * The process host: a small process that starts programs for us. Starting a program costs time in
 * proportion to the memory of the process that starts it, and blocks that process meanwhile; git and
 * sandboxes are started many times a run. Besides, what starts them then holds none of our secrets.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { extname, join } from 'node:path';
import type { FetchProgress } from '../../engine/ports/workspace.ts';
import {
  type ArgsOf,
  assertMethod,
  type HostCall,
  type HostMessage,
  type HostMethod,
  type HostReply,
  KNOWN_ERRORS,
  type ProcessHostOptions,
  type ResultOf,
} from './messages.ts';

const PROCESS = join(import.meta.dirname, `process${extname(import.meta.filename)}`);
/** The variables of our environment that the process gets. */
const ENVIRONMENT = ['PATH', 'TMPDIR', 'NODE_COMPILE_CACHE'];

/** Called for what a call brings besides its result. */
type Listener = {
  token?: () => Promise<string>;
  fetching?: (progress: FetchProgress) => void;
  /** The output and the end of a sandbox; the call stays known until it is forgotten. */
  progress?: (reply: Extract<HostReply, { output: unknown } | { ended: unknown }>) => void;
  /** The call has failed, also after its result, or the process is gone. */
  failed?: (error: Error) => void;
};

/** One process; `call` fails for good once it has ended. */
export type ProcessHost = {
  ended(): boolean;
  call<M extends HostMethod>(
    method: M,
    args: ArgsOf<M>,
    listener?: Listener,
  ): { id: number; result: Promise<ResultOf<M>> };
  send(message: HostMessage): void;
  /** The call's listener is not called any more. */
  forget(id: number): void;
  stop(): Promise<void>;
};

/** The present process host: started at once, and again where it died. */
export type ProcessHosts = { present(): ProcessHost; stop(): Promise<void> };

/** `network`: variables by which git reaches its remotes; they may hold a proxy's password. */
export function createProcessHosts(
  options: ProcessHostOptions,
  network: Record<string, string> = {},
): ProcessHosts {
  let host = startProcessHost(options, network);
  return {
    present() {
      if (host.ended()) host = startProcessHost(options, network);
      return host;
    },
    stop: () => host.stop(),
  };
}

type Waiting = Listener & { resolve(value: unknown): void; reject(error: Error): void };

function startProcessHost(
  options: ProcessHostOptions,
  network: Record<string, string>,
): ProcessHost {
  const child = fork(PROCESS, [JSON.stringify(options)], {
    env: Object.fromEntries([
      ...ENVIRONMENT.map(name => [name, process.env[name]]),
      ...Object.entries(network),
    ]),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C is ours to handle; the process ends when we do.
    detached: true,
  });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended = false;
  const gone = new Promise<void>(resolve => {
    const end = (why: string) => {
      ended = true;
      const error = new Error(`The process host of workspaces and sandboxes ended (${why}).`);
      for (const call of waiting.values()) call.reject(error);
      resolve();
    };
    child.once('exit', (code, signal) => end(String(signal ?? code)));
    child.once('error', error => end(error.message));
  });
  child.on('message', (reply: HostReply) => {
    const call = waiting.get(reply.id);
    if (call) take(child, call, reply);
    // What a call began may go on after it has failed, and others may wait for that.
    else if ('ask' in reply) send(child, { ask: reply.ask, problem: 'The call has ended.' });
  });
  return {
    ended: () => ended,
    call<M extends HostMethod>(method: M, args: ArgsOf<M>, listener: Listener = {}) {
      assertMethod(method);
      const id = ++calls;
      const result = new Promise<ResultOf<M>>((resolve, reject) => {
        const fail = (error: Error) => {
          waiting.delete(id);
          reject(error);
          listener.failed?.(error);
        };
        if (ended) return fail(new Error('The process host that this belongs to ended.'));
        waiting.set(id, {
          ...listener,
          resolve(value) {
            if (!listener.progress) waiting.delete(id);
            // The other end is typed by the same contract.
            resolve(value as ResultOf<M>);
          },
          reject: fail,
        });
        const call: HostCall<M> = { id, method, args };
        send(child, call);
      });
      return { id, result };
    },
    send: message => send(child, message),
    forget: id => waiting.delete(id),
    stop() {
      if (child.connected) child.disconnect();
      return gone;
    },
  };
}

function take(child: ChildProcess, call: Waiting, reply: HostReply): void {
  if ('output' in reply || 'ended' in reply) return call.progress?.(reply);
  if ('fetching' in reply) return call.fetching?.(reply.fetching);
  if ('ask' in reply) return void sendToken(child, call, reply.ask);
  if (reply.ok) return call.resolve(reply.value);
  const { problem, name } = reply;
  call.reject(name === null ? new Error(problem) : new KNOWN_ERRORS[name](problem));
}

/** Functions can't travel: the token is asked for when it is needed. */
async function sendToken(child: ChildProcess, call: Waiting, ask: number): Promise<void> {
  try {
    if (!call.token) throw new Error('There is no token for this call.');
    send(child, { ask, token: await call.token() });
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    // Only this end knows GitHub's error as it came: the call fails with that one.
    call.reject(error);
    send(child, { ask, problem: error.message });
  }
}

/** The end of a process that just died is learnt from its exit, so a failed send is no error. */
function send<M extends HostMethod>(child: ChildProcess, message: HostCall<M> | HostMessage): void {
  if (child.connected) child.send(message, () => {});
}
