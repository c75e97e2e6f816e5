/** A child with many descriptors, each a pipe of its own: what is given to one is written and closed. */
import { spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { TRUSTED_PATH } from './find-tools.ts';

/** Content to read there, a pipe to us, or nothing. */
export type Descriptor = Uint8Array | 'pipe' | 'ignore';

export type Ended = { exitCode?: number; signal?: string; problem?: string };

export type Child = PromiseLike<Ended> & {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  stdio: (Duplex | null | undefined)[];
  kill(signal: 'SIGKILL'): boolean;
};

/** Resolves to how it ended once all that it wrote was read; never rejects. */
export function spawnWith([file = '', ...args]: string[], descriptors: Descriptor[]): Child {
  const child = spawn(file, args, {
    env: { PATH: TRUSTED_PATH, LC_ALL: 'C' },
    cwd: '/',
    // A session of its own: Ctrl-C in our terminal is ours to handle.
    detached: true,
    stdio: descriptors.map(each => (each === 'ignore' ? 'ignore' : 'pipe')),
  });
  const stdio = child.stdio as unknown as (Duplex | null)[];
  for (const [index, given] of descriptors.entries()) {
    // A child that ended early reads no more: its exit tells why.
    stdio[index]?.on('error', () => {});
    if (typeof given !== 'string') stdio[index]?.end(given);
  }
  const ended = new Promise<Ended>(resolve => {
    child.once('error', ({ message }) => resolve({ problem: message }));
    child.once('close', (code, signal) =>
      resolve({ ...(code !== null && { exitCode: code }), ...(signal !== null && { signal }) }),
    );
  });
  const [stdin, stdout, stderr] = stdio;
  if (!stdin || !stdout || !stderr) throw new Error('a sandbox has all three standard streams');
  return {
    stdin,
    stdout,
    stderr,
    stdio,
    kill: signal => child.kill(signal),
    // biome-ignore lint/suspicious/noThenProperty: awaited as a whole, like a promise.
    then: (...args) => ended.then(...args),
  };
}
