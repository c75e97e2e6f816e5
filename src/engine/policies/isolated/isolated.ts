/**
 * Reads policy that people of a repository wrote in an isolated process, which is limited in time and
 * memory and is killed where it exceeds a limit. It does one job at a time, of those who ask in turn, and ends
 * when it is idle.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { createFairQueue } from '../../../core/bounds/fair-queue.ts';
import type { IsolatedCall, IsolatedJob, IsolatedJobs, IsolatedReply } from './jobs.ts';

const PROCESS = join(import.meta.dirname, `process${extname(import.meta.filename)}`);
/** A pack is checked in less than a second; a machine may be busy. */
const LIMIT_MS = 20_000;
/** A process is there in less than a second; a machine may be busy. */
const START_MS = 60_000;
/** For the memory of WebAssembly as well as that of JavaScript, which takes some 100 MB. */
const MEMORY_BYTES = 1024 * 1024 * 1024;
const HEAP_MEGABYTES = 192;
const IDLE_MS = 30_000;
/** The environment variables that are passed on to it. */
const ENVIRONMENT = ['PATH', 'NODE_COMPILE_CACHE'];

/** What an engine that meets the limit of its memory, or of its stack, ends by. */
const CRASHES: readonly (string | null)[] = ['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS'];

/**
 * The texts exceeded a limit or can't be read. They would do so again, so the job is not repeated. Whatever
 * else keeps the process from answering is another error, after which the job may be done again.
 */
export class IsolatedStopped extends Error {
  override readonly name = 'IsolatedStopped';
}

let child: ChildProcess | null = null;
let idle: NodeJS.Timeout | undefined;
let isAtWork = false;
const line = createFairQueue<() => Promise<void>>({ inLane: Infinity, inAll: Infinity });

/** `installation`: whose texts are read, so that nobody's keep those of others waiting; null: operators'. */
export function askIsolated<J extends IsolatedJob>(
  job: J,
  asked: IsolatedJobs[J]['asked'],
  installation: number | null,
  limitMs = LIMIT_MS,
): Promise<IsolatedJobs[J]['answer']> {
  const { promise, resolve, reject } = Promise.withResolvers<IsolatedJobs[J]['answer']>();
  line.add(`${installation}`, () => askNow({ job, asked }, limitMs).then(resolve, reject));
  void work();
  return promise;
}

async function work(): Promise<void> {
  if (isAtWork) return;
  isAtWork = true;
  for (let next = line.next(); next !== null; next = line.next()) await next();
  isAtWork = false;
}

async function askNow<J extends IsolatedJob>(
  call: IsolatedCall<J>,
  limitMs: number,
): Promise<IsolatedJobs[J]['answer']> {
  clearTimeout(idle);
  const asked = child?.connected ? child : await start();
  asked.ref();
  asked.channel?.ref();
  const { promise, resolve, reject } = Promise.withResolvers<IsolatedJobs[J]['answer']>();
  const failed = (error: Error) => {
    end(asked);
    reject(error);
  };
  const stopped = (why: string) => new IsolatedStopped(`Reading it was stopped: ${why}.`);
  const timer = setTimeout(
    () => failed(stopped(`it took longer than ${limitMs / 1_000} s`)),
    limitMs,
  );
  const ended = (code: number | null, signal: string | null) => {
    const why = `its process ended (${signal ?? code})`;
    failed(CRASHES.includes(signal) ? stopped(why) : new Error(`policy is not read: ${why}`));
  };
  const taken = ({ outcome, last }: IsolatedReply) => {
    if (last && child === asked) child = null;
    // The other end is typed by the same jobs.
    if (outcome.ok) resolve(outcome.answer as IsolatedJobs[J]['answer']);
    else reject(new IsolatedStopped(outcome.problem));
  };
  asked.once('message', taken).once('exit', ended);
  asked.send(call, error => error && failed(error));
  return promise.finally(() => {
    clearTimeout(timer);
    asked.off('message', taken).off('exit', ended);
    asked.unref();
    asked.channel?.unref();
    idle = setTimeout(() => rest(asked), IDLE_MS);
    idle.unref();
  });
}

function end(asked: ChildProcess): void {
  if (child === asked) child = null;
  asked.kill('SIGKILL');
}

function rest(asked: ChildProcess): void {
  if (child === asked) child = null;
  if (asked.connected) asked.disconnect();
}

/** It says when it can be asked: what fails before is the machine's fault, and no text's. */
async function start(): Promise<ChildProcess> {
  const limits = [`--data=${MEMORY_BYTES}`, '--core=0'];
  const node = [process.execPath, `--max-old-space-size=${HEAP_MEGABYTES}`, PROCESS];
  const started = spawn('prlimit', [...limits, '--', ...node], {
    env: Object.fromEntries(ENVIRONMENT.map(name => [name, process.env[name]])),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Ctrl-C is ours to handle; it ends when we do.
    detached: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (why: string) => reject(new Error(`policy is not read: its process ${why}`));
  const timer = setTimeout(() => failed(`was not there within ${START_MS / 1_000} s`), START_MS);
  // After the start, a job under way fails by listeners of its own.
  started.once('message', () => resolve());
  started.on('error', error => failed(`can't be started (${error.message})`));
  started.once('exit', (code, signal) => failed(`ended at its start (${signal ?? code})`));
  child = started;
  try {
    await promise;
  } catch (error) {
    end(started);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return started;
}
