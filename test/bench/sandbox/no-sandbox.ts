/** A baseline in the place of the sandbox: the program by itself, with the same arguments and files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  GATEWAY_ORIGIN,
  SANDBOX_HOME,
  SANDBOX_WORK,
  type Sandbox,
  type SandboxEnd,
} from '../../../src/engine/ports/sandbox.ts';

/** `model`: the address of the model, which is called directly. */
export function createNoSandbox(model: string): Sandbox {
  return {
    probe: async () => ({ ok: true, description: 'none' }),
    async start({ argv, env, workTree, binds, homeFiles, stdin }) {
      if (workTree.kind !== 'folder') throw new Error('only a folder can be worked in directly');
      const home = await mkdtemp(join(tmpdir(), 'gatehouse-bench-home-'));
      /** What is inside of the sandbox, as it is outside. A longer name may begin with a shorter one. */
      const names: [inside: string, there: string][] = [
        [GATEWAY_ORIGIN, model],
        [SANDBOX_HOME, home],
        [`${SANDBOX_WORK}"`, `${workTree.path}"`],
        ...binds.map(({ from, to }): [string, string] => [to, from]),
      ];
      names.sort(([one], [other]) => other.length - one.length);
      const outside = (text: string) =>
        names.reduce((now, [inside, there]) => now.replaceAll(inside, there), text);
      for (const [path, text] of Object.entries(homeFiles)) {
        await mkdir(dirname(join(home, path)), { recursive: true });
        await writeFile(join(home, path), outside(text));
      }
      const began = performance.now();
      const [file = '', ...args] = argv.map(outside);
      const child = spawn(file, args, {
        cwd: workTree.path,
        env: {
          ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, outside(text)])),
          HOME: home,
        },
      });
      // It throws where the program can't be started.
      await once(child, 'spawn');
      if (typeof stdin === 'string') child.stdin.end(stdin);
      else if (stdin === null) child.stdin.end();
      else child.stdin.write(outside(stdin.first));
      const output = new PassThrough({ objectMode: true });
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream].on('data', chunk => output.write({ stream, chunk }));
      const done = once(child, 'close').then(async ([exitCode, signal]): Promise<SandboxEnd> => {
        output.end();
        await rm(home, { recursive: true, force: true });
        const ms = performance.now() - began;
        return { exitCode, signal, by: 'exit', outOfMemory: false, ms };
      });
      return {
        output,
        done,
        write: text => void child.stdin.write(outside(text)),
        closeInput: () => void child.stdin.end(),
      };
    },
  };
}
