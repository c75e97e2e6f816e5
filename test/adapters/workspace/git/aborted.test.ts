/** A workspace that nobody waits for any more: what is fetched for it ends at once, and holds up no other. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../demo/until.ts';
import { openEnvironment, type WorkspaceEnvironment } from '../environment.ts';
import { TOKEN } from '../remote.ts';

let environment: WorkspaceEnvironment;
beforeAll(async () => {
  environment = await openEnvironment('folder');
});
afterAll(() => environment.close());

/** A remote that takes requests and answers none. */
async function silentRemote() {
  const asked = Promise.withResolvers<void>();
  const server = createServer(() => asked.resolve());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/silent.git`,
    asked: asked.promise,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Whether a process on this machine has the text in its command line. */
const isRunning = async (text: string): Promise<boolean> => {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.some(command => command.includes(text));
};

test('a fetch ends with all its processes, and its lock is free', async () => {
  const base = await environment.remote.commit({ a: 'a' });
  const silent = await silentRemote();
  const abort = new AbortController();
  const opening = environment.open(base, {
    remote: { url: silent.url, token: async () => TOKEN, signal: abort.signal },
  });
  await silent.asked;
  abort.abort();
  await expect(opening).rejects.toThrow('This was ended before it was done.');
  await until('no git of this remote', async () => !(await isRunning(silent.url)));
  const lock = join(environment.stateDir, 'mirrors/42.git.lock');
  execFileSync('flock', ['-n', lock, 'true']);
  silent.close();
  const workspace = await environment.open(base);
  expect(await environment.act(workspace, 'cat a')).toBe('a');
  await workspace.close();
});

test('a run that waits for the fetch of one that is ended fetches by itself', async () => {
  const base = await environment.remote.commit({ a: 'shared' });
  const abort = new AbortController();
  const { url } = environment.remote;
  const asked = Promise.withResolvers<void>();
  // It never gets a token, so that it never fetches.
  const token = () => {
    asked.resolve();
    return new Promise<string>(() => {});
  };
  const first = environment.open(base, { remote: { url, token, signal: abort.signal } });
  await asked.promise;
  const second = environment.open(base);
  const impatient = new AbortController();
  const third = environment.open(base, {
    remote: { ...environment.source.remote, signal: impatient.signal },
  });
  impatient.abort();
  await expect(third).rejects.toThrow('This was ended before it was done.');
  abort.abort();
  await expect(first).rejects.toThrow('This was ended before it was done.');
  const workspace = await second;
  expect(await environment.act(workspace, 'cat a')).toBe('shared');
  await workspace.close();
});
