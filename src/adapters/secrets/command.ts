/**
 * A secret that a command prints, such as the client of a vault. No shell is involved. Its standard output
 * is the secret, and nothing that it prints is ever shown.
 */
import { spawn } from 'node:child_process';
import { type SecretPlace, SecretUnavailable } from '../../engine/ports/secrets.ts';
import { MOST_BYTES, secretIn } from './value.ts';

type CommandSecret = {
  argv: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
  /** How long it may take. Milliseconds. */
  timeoutMs?: number;
  /** How long an answer is used again, because a model is called many times a minute. Milliseconds. */
  keepMs?: number;
};

export function createCommandSecret(of: CommandSecret): SecretPlace {
  const { argv, keepMs = 60_000 } = of;
  // Arguments may be confidential, so only the command's name is shown.
  const where = `the command ${argv[0]}`;
  let last: { at: number; value: Promise<string> } | null = null;
  return {
    where,
    read() {
      if (last && performance.now() - last.at < keepMs) return last.value;
      const value = run(of, where).then(text => secretIn(text, where));
      const asked = { at: performance.now(), value };
      value.catch(() => {
        if (last === asked) last = null;
      });
      last = asked;
      return value;
    },
  };
}

const RUN_IT = 'Run it as the user of Gatehouse to see what it says.';

function run(
  { argv: [file, ...args], env, timeoutMs = 10_000 }: CommandSecret,
  where: string,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (problem: string, remediation: string) =>
    reject(new SecretUnavailable(`${where} ${problem}`, remediation));
  // It has a process group of its own, so that ending it ends what it started as well.
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const end = () => {
    clearTimeout(timer);
    child.stdout.destroy();
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  };
  const timer = setTimeout(() => {
    fail(`did not end within ${timeoutMs / 1000} s`, RUN_IT);
    end();
  }, timeoutMs);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (text.length <= MOST_BYTES) return;
    fail('printed too much for a secret', 'Let it print the secret and no more.');
    end();
  });
  child.on('error', error => {
    const code = (error as NodeJS.ErrnoException).code;
    fail(`can't be started: ${code}`, 'Install it, or name another one.');
    clearTimeout(timer);
  });
  // A process that it left behind may keep its output open after it ended: the timer ends that.
  child.on('close', (code, signal) => {
    if (code === 0) resolve(text);
    else fail(code === null ? `was ended by ${signal}` : `exited with ${code}`, RUN_IT);
    clearTimeout(timer);
  });
  return promise;
}
