/**
 * Reads policy that people of a repository wrote in an isolated process, which is limited in time and
 * memory and is killed where it exceeds a limit. It does one job at a time, and ends when it is idle.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import type { IsolatedCall, IsolatedJob, IsolatedJobs, IsolatedReply } from './jobs.ts';

const PROCESS = join(import.meta.dirname, `process${extname(import.meta.filename)}`);
/** A pack is checked in less than a second; a machine may be busy. */
const LIMIT_MS = 20_000;
/** For the memory of WebAssembly as well as that of JavaScript, which takes some 100 MB. */
const MEMORY_BYTES = 1024 * 1024 * 1024;
const HEAP_MEGABYTES = 192;
const IDLE_MS = 30_000;
/** The environment variables that are passed on to it. */
const ENVIRONMENT = ['PATH', 'NODE_COMPILE_CACHE'];

/** The texts exceeded a limit or ended the process. They would do so again, so the job is not repeated. */
export class IsolatedStopped extends Error {
  override readonly name = 'IsolatedStopped';
}

let child: ChildProcess | null = null;
let idle: NodeJS.Timeout | undefined;
let latest: Promise<unknown> = Promise.resolve();

export function askIsolated<J extends IsolatedJob>(
  job: J,
  asked: IsolatedJobs[J]['asked'],
  limitMs = LIMIT_MS,
): Promise<IsolatedJobs[J]['answer']> {
  const answer = latest.then(() => askNow({ job, asked }, limitMs));
  latest = answer.catch(() => {});
  return answer;
}

function askNow<J extends IsolatedJob>(
  call: IsolatedCall<J>,
  limitMs: number,
): Promise<IsolatedJobs[J]['answer']> {
  const asked = present();
  clearTimeout(idle);
  asked.ref();
  asked.channel?.ref();
  const { promise, resolve, reject } = Promise.withResolvers<IsolatedJobs[J]['answer']>();
  const stopped = (why: string) => {
    if (child === asked) child = null;
    asked.kill('SIGKILL');
    reject(new IsolatedStopped(`Reading it was stopped: ${why}.`));
  };
  const timer = setTimeout(() => stopped(`it took longer than ${limitMs / 1_000} s`), limitMs);
  const ended = (code: number | null, signal: string | null) =>
    stopped(`its process ended (${signal ?? code})`);
  const failed = (error: Error) => stopped(`its process can't be started (${error.message})`);
  const taken = ({ outcome, last }: IsolatedReply) => {
    if (last && child === asked) child = null;
    // The other end is typed by the same jobs.
    if (outcome.ok) resolve(outcome.answer as IsolatedJobs[J]['answer']);
    else reject(new IsolatedStopped(outcome.problem));
  };
  asked.once('message', taken).once('exit', ended).once('error', failed);
  asked.send(call, error => error && stopped(`it can't be asked (${error.message})`));
  return promise.finally(() => {
    clearTimeout(timer);
    asked.off('message', taken).off('exit', ended).off('error', failed);
    asked.unref();
    asked.channel?.unref();
    idle = setTimeout(() => rest(asked), IDLE_MS);
    idle.unref();
  });
}

function rest(asked: ChildProcess): void {
  if (child === asked) child = null;
  if (asked.connected) asked.disconnect();
}

function present(): ChildProcess {
  if (child?.connected) return child;
  const limits = [`--data=${MEMORY_BYTES}`, '--core=0'];
  const node = [process.execPath, `--max-old-space-size=${HEAP_MEGABYTES}`, PROCESS];
  const started = spawn('prlimit', [...limits, '--', ...node], {
    env: Object.fromEntries(ENVIRONMENT.map(name => [name, process.env[name]])),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Ctrl-C is ours to handle; it ends when we do.
    detached: true,
  });
  // A job under way fails by a listener of its own; without a job there is nothing to report.
  started.on('error', () => {});
  child = started;
  return started;
}
