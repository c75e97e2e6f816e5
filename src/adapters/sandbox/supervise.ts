/** Supervises a running sandbox: reads its output, enforces time and output limits, awaits its end. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxEnd, SandboxProcess, SandboxSpec } from '../../engine/ports/sandbox.ts';
import { writableFolder } from '../../engine/ports/workspace.ts';
import { watchFreeSpace } from './free-space.ts';
import { createOutputQueue } from './output-queue.ts';
import type { SandboxChild } from './spawn-with-descriptors.ts';

/** What supervision knows of a sandbox; its memory is limited elsewhere. */
export type Supervised = Omit<SandboxProcess, 'done'> & {
  done: Promise<Omit<SandboxEnd, 'outOfMemory'>>;
};

/** Process 1 of the sandbox, by its pid on the host. */
export type InitProcess = { pid: number; startTime: string };

/**
 * `child` is the outer bubblewrap, whose death ends everything inside. `init` is process 1 of the
 * sandbox, which ends only after every other process in it.
 */
export function supervise(
  child: SandboxChild,
  init: InitProcess,
  { limits, workTree, signal }: Pick<SandboxSpec, 'limits' | 'workTree' | 'signal'>,
): Supervised {
  const started = performance.now();
  const streams = [child.stdout, child.stderr];
  const output = createOutputQueue({
    pause: () => streams.forEach(stream => void stream.pause()),
    resume: () => streams.forEach(stream => void stream.resume()),
  });
  let by: SandboxEnd['by'] = 'exit';
  const kill = (reason: SandboxEnd['by']) => {
    if (by === 'exit') by = reason;
    child.kill('SIGKILL');
    output.release();
  };

  let remaining = limits.outputBytes;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      if (chunk.length > remaining) kill('output_limit');
      if (remaining > 0) output.push({ stream, chunk: chunk.subarray(0, remaining) });
      remaining = Math.max(0, remaining - chunk.length);
    });
  }
  const timer = setTimeout(() => kill('timeout'), limits.wallMs);
  const freeSpace = watchFreeSpace(writableFolder(workTree), () => kill('disk_full'));
  const abort = () => kill('aborted');
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();

  const ended = async (): Promise<Omit<SandboxEnd, 'outOfMemory'>> => {
    const result = await child;
    clearTimeout(timer);
    freeSpace.stop();
    signal.removeEventListener('abort', abort);
    while (startTimeOf(init.pid) === init.startTime) await delay(1);
    output.end();
    return {
      exitCode: by === 'exit' ? (result.exitCode ?? null) : null,
      signal: by === 'exit' ? (result.signal ?? null) : 'SIGKILL',
      by,
      ms: Math.round(performance.now() - started),
    };
  };

  child.stdin.on('error', () => {}); // It is no error if a process stops reading its input.
  return {
    output: output.chunks,
    write: text => {
      if (child.stdin.writable) child.stdin.write(text);
    },
    closeInput: () => void child.stdin.end(),
    done: ended(),
  };
}

/**
 * When the process started, which distinguishes it from a later one with the same pid. `null` once
 * it no longer exists or is a zombie: process 1 of a pid namespace becomes a zombie only after all
 * others are dead.
 */
export function startTimeOf(pid: number): string | null {
  let stat = '';
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It no longer exists.
  }
  // The line is "pid (name) state ppid …", where a name may contain anything, so the fields are
  // counted from its last parenthesis; the start time is the 22nd of the line.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}
