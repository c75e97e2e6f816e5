/**
 * Git is started by a shell beside us, which every call shares. Starting a program costs what the starter
 * holds of memory, and a shell holds next to nothing: a call costs two thirds of what it does from a small
 * Node.js. It ends with us, and takes the files of its calls with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Ran {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

type Shell = {
  child: ChildProcess;
  /** Where the input and the output of each call are. */
  folder: string;
  /** By the number of the call. */
  waiting: Map<string, { ended(code: number): void; lost(error: Error): void }>;
};

let shell: Shell | undefined;
let last = 0;

export function startGit(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string | Buffer | undefined,
): Promise<Ran> {
  shell ??= startShell();
  const { child, folder, waiting } = shell;
  const id = String(++last);
  const at = (kind: string) => join(folder, `${id}.${kind}`);
  if (input !== undefined) writeFileSync(at('in'), input);
  const from = input === undefined ? '/dev/null' : at('in');
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  const git = [...variables, 'git', ...args.map(quoted)].join(' ');
  const run = `{ cd ${quoted(directory)} && ${git}; } <${quoted(from)} >${quoted(at('out'))} 2>${quoted(at('err'))}`;
  return new Promise((resolve, reject) => {
    // Children that have ended are taken note of only where the shell waits for them.
    const idle = waiting.size === 0 ? 'wait\n' : '';
    waiting.set(id, {
      ended(code) {
        const [stdout, stderr] = [readFileSync(at('out')), readFileSync(at('err'), 'utf8')];
        for (const kind of ['in', 'out', 'err']) rmSync(at(kind), { force: true });
        resolve({ code, stdout, stderr: stderr.trim() });
      },
      lost: reject,
    });
    // Only what is under way keeps this process alive.
    (child.stdout as Socket).ref();
    child.stdin?.write(`${idle}{ ${run}; echo "${id} $?"; } &\n`);
  });
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

function startShell(): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-git-'));
  const child = spawn('/bin/sh', [], {
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C is for us: what is under way may end.
    detached: true,
  });
  const waiting: Shell['waiting'] = new Map();
  child.stdin.write(`trap ${quoted(`rm -rf ${quoted(folder)}`)} EXIT\n`);
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) (pipe as Socket).unref();
  // It may have ended; then its calls are lost below.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', line => {
    const [id = '', code] = line.split(' ');
    const call = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) (child.stdout as Socket).unref();
    call?.ended(Number(code));
  });
  child.once('close', () => {
    shell = undefined;
    for (const { lost } of waiting.values()) lost(new Error('the shell that starts git ended'));
  });
  return { child, folder, waiting };
}
