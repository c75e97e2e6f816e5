/** A running sandbox: its output in order, its limits of time and output, and its certain end. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits, SandboxEnd, SandboxProcess } from '../../engine/ports/sandbox.ts';
import { watchDisk } from './disk.ts';
import { createOutput } from './output.ts';
import type { Child } from './spawn-with.ts';

/** The sandbox's process 1, as the host sees it. */
export type Init = { pid: number; since: string };

/**
 * `child` is the outer bwrap, whose death ends everything inside; `init` is the
 * sandbox's process 1, which is gone only after every other process of it; `written`
 * is where on the host its work tree is.
 */
export function watch(
  child: Child,
  init: Init,
  limits: Pick<Limits, 'wallMs' | 'outputBytes'>,
  written: string,
  signal: AbortSignal,
): SandboxProcess {
  const started = performance.now();
  const output = createOutput();
  let by: SandboxEnd['by'] = 'exit';
  const kill = (reason: SandboxEnd['by']) => {
    if (by === 'exit') by = reason;
    child.kill('SIGKILL');
  };

  let room = limits.outputBytes;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      if (chunk.length > room) kill('output_limit');
      if (room > 0) output.push({ stream, chunk: chunk.subarray(0, room) });
      room = Math.max(0, room - chunk.length);
    });
  }
  const timer = setTimeout(() => kill('timeout'), limits.wallMs);
  const disk = watchDisk(written, () => kill('output_limit'));
  const abort = () => kill('aborted');
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();

  const ended = async (): Promise<SandboxEnd> => {
    const result = await child;
    clearTimeout(timer);
    disk.stop();
    signal.removeEventListener('abort', abort);
    while ((await aliveSince(init.pid)) === init.since) await delay(1);
    output.end();
    return {
      exitCode: by === 'exit' ? (result.exitCode ?? null) : null,
      signal: by === 'exit' ? (result.signal ?? null) : 'SIGKILL',
      by,
      ms: Math.round(performance.now() - started),
    };
  };

  child.stdin.on('error', () => {}); // A process that stops reading its input is no fault.
  return {
    output: output.chunks,
    write: text => {
      if (child.stdin.writable) child.stdin.write(text);
    },
    done: ended(),
  };
}

/**
 * When the process began, which tells it from a later one of the same pid; `null` once it no longer
 * exists or is a zombie: process 1 of a pid namespace becomes one only after all others are dead.
 */
export async function aliveSince(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // "pid (name) state ppid …": a name may hold anything; the start time is the 22nd field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}
