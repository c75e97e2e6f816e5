/** The handshake with a prepared sandbox: its mounts, its arguments, and the word to go on. */
import type { Readable, Writable } from 'node:stream';
import type { SandboxSpec } from '../../engine/ports/sandbox.ts';
import { shareAlike } from './cgroups.ts';
import { GO_FD, READY_FD } from './entry-script.ts';
import type { Orders } from './orders.ts';
import { ARGS_FD, FIRST_DATA_FD, INFO_FD, type PreparedSandbox } from './prepare.ts';
import type { SandboxChild } from './spawn-with-descriptors.ts';
import { type InitProcess, type Supervised, startTimeOf, supervise } from './supervise.ts';

/** The time to build a sandbox: more than the slowest machine needs. */
const START_TIMEOUT_MS = 30_000;

/** Returns once the sandbox is built and the agent was allowed to start. */
export async function handOver(
  { child, groups }: PreparedSandbox,
  spec: SandboxSpec,
  orders: Orders,
): Promise<Supervised & { init: InitProcess }> {
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  let stderr = '';
  const readStderr = (chunk: Buffer) => {
    stderr += chunk.toString();
  };
  child.stderr.on('data', readStderr);
  const go = child.stdio[GO_FD] as Writable;
  go.write(orders.mounts);
  const said = child.stdio[READY_FD] as Readable;
  const mounted = await readUntil(said, /(mounted)\n|failed\n/);
  // Bubblewrap waits for arguments that it does not get.
  if (!mounted) child.kill('SIGKILL');
  const built = mounted ? await build(child, orders) : null;
  clearTimeout(deadline);
  if (built === null) {
    go.end();
    const { problem } = await child;
    const reason = stderr.trim() || problem || 'no program reported a reason';
    throw new Error(`The sandbox can't be built: ${reason}`);
  }
  child.stderr.off('data', readStderr);
  const init: InitProcess = { pid: built, startTime: startTimeOf(built) ?? '' };
  for (const group of groups) shareAlike(group);
  const running = supervise(child, init, spec);
  // Without "go" the entry script ends by itself, and the agent has not run.
  go.end(spec.signal.aborted ? '' : 'go\n');
  if (spec.stdin !== null && typeof spec.stdin === 'object') child.stdin.write(spec.stdin.first);
  else child.stdin.end(spec.stdin ?? '');
  return { ...running, init };
}

/** Bubblewrap builds the sandbox: the pid of its process 1, once it waits to go on; `null` where it failed. */
async function build(child: SandboxChild, { args, data }: Orders): Promise<number | null> {
  const write = (descriptor: number, text: string) =>
    (child.stdio[descriptor] as Writable).end(text);
  write(ARGS_FD, args);
  for (const [at, content] of data.entries()) write(FIRST_DATA_FD + at, content);
  const [pid, ready] = await Promise.all([
    readUntil(child.stdio[INFO_FD] as Readable, /"child-pid": (\d+)/),
    readUntil(child.stdio[READY_FD] as Readable, /(ready)\n/),
  ]);
  return pid === null || ready === null ? null : Number(pid);
}

/** Reads until the pattern matches and returns its first group; `null` where the stream ends before. */
function readUntil(stream: Readable, pattern: RegExp): Promise<string | null> {
  let text = '';
  return new Promise<string | null>(resolve => {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match !== null) resolve(match[1] ?? '');
    });
    stream.on('end', () => resolve(null));
    stream.on('close', () => resolve(null));
    stream.on('error', () => resolve(null));
  });
}
