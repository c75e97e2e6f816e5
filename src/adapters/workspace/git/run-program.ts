/** Runs a program to its end, within bounds of time and output, and ends all that it started where it meets one. */
import { spawn } from 'node:child_process';

type ProgramBounds = {
  /** Its complete environment. */
  env: Record<string, string>;
  directory: string;
  input: string | Buffer | undefined;
  /** Milliseconds after which it is ended. */
  ms: number;
  /** Bytes of its output, or of its error output, beyond which it is ended; those before are kept. */
  most: number;
  signal: AbortSignal | undefined;
  onErrorOutput: ((chunk: Buffer) => void) | undefined;
};

export type ProgramEnd = {
  /** `null` where a signal ended it. */
  exitCode: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: Buffer;
  /** Why it was ended from here. */
  endedFor: 'time' | 'output' | 'abort' | null;
};

/** Between the two signals that end a program: it removes its locks and unfinished files. */
const KILL_AFTER_MS = 5_000;

/** The process groups of the programs that run, which would outlive this process. */
const groups = new Set<number>();
process.once('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGTERM');
});

function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch {
    // The group is gone already.
  }
}

/** Throws where it can't be started. */
export async function runProgram(
  [file = '', ...args]: readonly string[],
  options: ProgramBounds,
): Promise<ProgramEnd> {
  const { env, directory, input, ms, most, signal, onErrorOutput } = options;
  const child = spawn(file, args, {
    env,
    cwd: directory,
    // A group of its own.
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const ended = Promise.withResolvers<Pick<ProgramEnd, 'exitCode' | 'signal'>>();
  child.once('error', ended.reject);
  child.once('close', (exitCode, signal) => ended.resolve({ exitCode, signal }));

  let endedFor: ProgramEnd['endedFor'] = null;
  let killing: NodeJS.Timeout | undefined;
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  const end = (reason: NonNullable<ProgramEnd['endedFor']>) => {
    endedFor ??= reason;
    if (pid === undefined || killing) return;
    signalGroup(pid, 'SIGTERM');
    killing = setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_AFTER_MS);
  };
  const timer = setTimeout(() => end('time'), ms);
  const abort = () => end('abort');
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();

  const take = (chunks: Buffer[]) => {
    let remaining = most;
    return (chunk: Buffer) => {
      if (remaining > 0) chunks.push(chunk.subarray(0, remaining));
      remaining -= chunk.length;
      if (remaining < 0) end('output');
    };
  };
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', take(stdout));
  child.stderr?.on('data', take(stderr));
  if (onErrorOutput) child.stderr?.on('data', onErrorOutput);
  // It may end without reading its input; how it ends says why.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  try {
    const { exitCode, signal: by } = await ended.promise;
    return {
      exitCode,
      signal: by,
      stdout: Buffer.concat(stdout),
      stderr: Buffer.concat(stderr),
      endedFor,
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(killing);
    signal?.removeEventListener('abort', abort);
    if (pid !== undefined) groups.delete(pid);
  }
}
