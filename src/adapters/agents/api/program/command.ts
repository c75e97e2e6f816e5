/** Runs a program in the work tree, and reads what it prints. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { createOutput } from './output.ts';

/** The longest time for a build or a test suite, in milliseconds. */
const MOST_MS = 10 * 60_000;
/** How long output is read after the end: a process that was left behind may hold the pipe for ever. */
const LAST_OUTPUT_MS = 200;

type CommandEnd = { exitCode: number | null; output: string; problem: string | null };

export async function runCommand(
  [program = '', ...args]: string[],
  cwd: string,
): Promise<CommandEnd> {
  const output = createOutput();
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => output.add(text));
  const closed = new Promise(resolve => child.once('close', resolve));
  let problem: string | null = null;
  const timer = setTimeout(() => {
    problem = `It was ended after ${MOST_MS / 60_000} minutes.`;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, MOST_MS);
  const exitCode = await new Promise<number | null>(resolve => {
    child.once('exit', (code, signal) => {
      if (signal !== null) problem ??= `It was ended by ${signal}.`;
      resolve(code);
    });
    child.once('error', error => {
      problem = error.message;
      resolve(null);
    });
  });
  clearTimeout(timer);
  await Promise.race([closed, delay(LAST_OUTPUT_MS)]);
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  return { exitCode, output: output.text(), problem };
}
