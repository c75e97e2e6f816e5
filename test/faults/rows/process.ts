/** A process of Gatehouse that can be frozen, killed and stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../demo/until.ts';

/** The time for a start: more than a busy machine needs. */
const START_MS = 180_000;
const MAIN = join(import.meta.dirname, 'gatehouse.ts');

export type Gatehouse = Awaited<ReturnType<typeof startProcess>>;

/** Resolves once it is ready; throws with its output where it ends instead. */
export async function startProcess(
  kind: 'serve' | 'worker',
  { home, log, main = MAIN }: { home: string; log: string; main?: string },
  settings: Record<string, string>,
  /** The command through which it is started, such as `unshare`. */
  front: string[] = [],
) {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const file = await open(log, 'a');
  const argv = ['--pdeathsig', 'KILL', '--', ...front, process.execPath, main, kind];
  const child = spawn('setpriv', argv, {
    cwd: home,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...settings },
    stdio: ['ignore', 'pipe', file.fd],
  });
  await file.close();
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    printed += chunk;
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const works = async () => {
    if (hasEnded())
      throw new Error(`gatehouse ${kind} ended: ${(await readFile(log, 'utf8')).slice(-2_000)}`);
    return printed.includes('\n');
  };
  await until(`gatehouse ${kind} to work`, works, START_MS);
  const { pid } = child;
  if (pid === undefined) throw new Error(`gatehouse ${kind} could not be started`);
  const gone = async () => {
    if (!hasEnded()) await once(child, 'exit');
  };
  return {
    pid,
    hasEnded,
    freeze: () => process.kill(pid, 'SIGSTOP'),
    thaw: () => process.kill(pid, 'SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await gone();
    },
    /** Stops it as an operator would, or a supervisor before a newer version; returns the exit code. */
    async stop(): Promise<number | null> {
      if (hasEnded()) return child.exitCode;
      const late = setTimeout(() => child.kill('SIGKILL'), 50_000);
      child.kill('SIGTERM');
      await gone();
      clearTimeout(late);
      return child.exitCode;
    },
  };
}
