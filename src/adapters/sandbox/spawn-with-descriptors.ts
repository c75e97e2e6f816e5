/** Starts a child process with any number of descriptors, each a pipe of its own or a file of ours. */
import { spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { TRUSTED_PATH } from './find-tools.ts';

/**
 * What the child finds at a descriptor: content to read and then its end, a pipe, a file that is open
 * here under that number, or nothing.
 */
export type ChildDescriptor = Uint8Array | 'pipe' | number | 'ignore';

type ChildEnd = { exitCode?: number; signal?: string; problem?: string };

export type SandboxChild = PromiseLike<ChildEnd> & {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  stdio: (Duplex | null | undefined)[];
  kill(signal: 'SIGKILL'): boolean;
  /** Resolves once its process ended, though another may still hold its output. */
  exited: Promise<void>;
};

/** The child, which as a promise resolves once it ended and its output was read; it never rejects. */
export function spawnWithDescriptors(
  [file = '', ...args]: string[],
  descriptors: ChildDescriptor[],
): SandboxChild {
  const child = spawn(file, args, {
    env: { PATH: TRUSTED_PATH, LC_ALL: 'C' },
    cwd: '/',
    // The child gets a session of its own, so that Ctrl-C in the terminal reaches only Gatehouse.
    detached: true,
    stdio: descriptors.map(each => (typeof each === 'object' ? 'pipe' : each)),
  });
  const stdio = child.stdio as unknown as (Duplex | null)[];
  for (const [index, content] of descriptors.entries()) {
    // Writing to a child that ended early fails; its exit code says why it ended.
    stdio[index]?.on('error', () => {});
    if (typeof content === 'object') stdio[index]?.end(content);
  }
  const ended = new Promise<ChildEnd>(resolve => {
    child.once('error', ({ message }) => resolve({ problem: message }));
    child.once('close', (code, signal) =>
      resolve({ ...(code !== null && { exitCode: code }), ...(signal !== null && { signal }) }),
    );
  });
  const exited = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const [stdin, stdout, stderr] = stdio;
  if (!stdin || !stdout || !stderr) throw new Error('A child needs all three standard streams.');
  return {
    stdin,
    stdout,
    stderr,
    stdio,
    kill: signal => child.kill(signal),
    exited,
    // biome-ignore lint/suspicious/noThenProperty: the child is awaited like a promise.
    then: (...args) => ended.then(...args),
  };
}
