import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createProcessHosts,
  type ProcessHosts,
} from '../../../src/compose/process-host/process-host.ts';
import { remoteWorkspaces } from '../../../src/compose/process-host/remote-workspaces.ts';
import {
  RemoteAway,
  WorkspaceRefused,
  type Workspaces,
} from '../../../src/engine/ports/workspace.ts';
import {
  openEnvironment,
  type WorkspaceEnvironment,
} from '../../adapters/workspace/environment.ts';
import { TOKEN } from '../../adapters/workspace/remote.ts';
import { until } from '../../demo/until.ts';

let environment: WorkspaceEnvironment;
let hosts: ProcessHosts;
let workspaces: Workspaces;
beforeAll(async () => {
  environment = await openEnvironment('folder');
  hosts = createProcessHosts({
    workspaces: { stateDir: join(environment.folder, 'kept'), quotaFiles: 50 },
    sandbox: { stateDir: join(environment.folder, 'kept') },
  });
  workspaces = await remoteWorkspaces(hosts);
});
afterAll(async () => {
  await hosts.stop();
  await environment.close();
});

const spec = (parent: string, run: string) => ({
  run,
  ...environment.source,
  parent,
  mergesInto: null,
  joins: null,
  tree: null,
  prepared: null,
  home: null,
});

/** Processes below this one that keep workspaces. */
async function processes(): Promise<number[]> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  const pids = children.split(' ').filter(Boolean).map(Number);
  const commands = await Promise.all(
    pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, at) => commands[at]?.includes('process-host/process'));
}

test('a workspace is opened, worked in, read and closed through it', async () => {
  const base = await environment.remote.commit({ a: 'a\n' });
  const workspace = await workspaces.open(spec(base, 'one'));
  expect(await workspaces.runs()).toEqual(['one']);
  await environment.act(workspace, 'echo b > b');
  const collected = await workspace.collect();
  expect(collected?.change.entries.map(entry => entry.path)).toEqual(['b']);
  expect(collected?.diff).toBeInstanceOf(Buffer);
  expect(collected?.pack.subarray(0, 4).toString()).toBe('PACK');
  await workspace.close();
  expect(await workspaces.runs()).toEqual([]);
});

test('the token is asked for only where something is fetched', async () => {
  const base = await environment.remote.commit({ a: 'fetched\n' });
  let asked = 0;
  const { repository, remote } = environment.source;
  const source = {
    repository,
    remote: {
      url: remote.url,
      token: async () => {
        asked += 1;
        return TOKEN;
      },
    },
  };
  expect(String(await workspaces.readFile(source, base, 'a'))).toBe('fetched\n');
  // Once for the history, and once for the files.
  expect(asked).toBe(2);
  expect(await workspaces.readFile(source, base, 'b')).toBeNull();
  expect(asked).toBe(2);
});

/** Workspaces of another process host over the same folder: nothing is known there of the mirror's tags. */
async function openAnother() {
  const stateDir = join(environment.folder, 'kept');
  const other = createProcessHosts({ workspaces: { stateDir }, sandbox: { stateDir } });
  return { workspaces: await remoteWorkspaces(other), stop: () => other.stop() };
}

test('a call that asks for its token twice at once gets both answers', async () => {
  const base = await environment.remote.commit({ a: 'a\n', b: 'b\n' });
  await (await workspaces.open(spec(base, 'before'))).close();
  const onMain = await environment.remote.commit({ b: 'theirs\n' });
  const other = await openAnother();
  const asked = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  let asks = 0;
  // Neither is answered before both were asked: one for the tags, one for what is merged.
  const token = () => {
    const answer = asked[asks++]?.promise ?? Promise.resolve(TOKEN);
    if (asks === asked.length) for (const { resolve } of asked) resolve(TOKEN);
    return answer;
  };
  const { url } = environment.remote;
  const merging = { ...spec(base, 'merging'), remote: { url, token }, mergesInto: onMain };
  await (await other.workspaces.open(merging)).close();
  expect(asks).toBeGreaterThanOrEqual(asked.length);
  await other.stop();
});

test('a call that has failed gets no token any more, and holds up no later one', async () => {
  const base = await environment.remote.commit({ a: 'tagged\n' });
  await (await workspaces.open(spec(base, 'before-tags'))).close();
  environment.remote.git('tag', 'v1', base);
  const other = await openAnother();
  const tags = Promise.withResolvers<string>();
  const refused = {
    ...spec(base, 'refused'),
    remote: { url: environment.remote.url, token: () => tags.promise },
    prepared: { key: 'none', paths: [] },
  };
  await expect(other.workspaces.open(refused)).rejects.toThrow('Nothing is prepared');
  // Only now are the tags listed, and a second token is asked for to fetch the new one.
  tags.resolve(TOKEN);
  await (await other.workspaces.open(spec(base, 'next'))).close();
  await other.stop();
});

test('what waits to be fetched ends with its signal', async () => {
  const base = await environment.remote.commit({ a: 'never fetched\n' });
  const asked = Promise.withResolvers<void>();
  const token = () => {
    asked.resolve();
    return new Promise<string>(() => {});
  };
  const abort = new AbortController();
  const { url } = environment.remote;
  const opening = workspaces.open({
    ...spec(base, 'ended'),
    remote: { url, token, signal: abort.signal },
  });
  await asked.promise;
  abort.abort();
  await expect(opening).rejects.toThrow('This was ended before it was done.');
  expect(await workspaces.runs()).toEqual([]);
});

test('killed, it fails what it was at, and the next call finds a new one', async () => {
  const base = await environment.remote.commit({ a: 'a\n' });
  const workspace = await workspaces.open(spec(base, 'cut-off'));
  const [pid = 0] = await processes();
  const { repository, remote } = environment.source;
  const hangs = {
    repository,
    remote: { url: remote.url, token: () => new Promise<string>(() => {}) },
  };
  const pending = workspaces.readFile(hangs, 'f'.repeat(40), 'a');
  process.kill(pid, 'SIGKILL');
  await expect(pending).rejects.toThrow(
    'The process host of workspaces and sandboxes ended (SIGKILL).',
  );
  await expect(workspace.collect()).rejects.toThrow('The process host that this belongs to ended.');
  await workspace.close();
  expect(await workspaces.runs()).toEqual(['cut-off']);
  expect(await workspaces.reap(['cut-off'])).toEqual({ runs: 1, stuck: [] });
});

test('what fails there fails here, as what it is', async () => {
  const base = await environment.remote.commit(
    Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, 'x'])),
  );
  await expect(workspaces.open(spec(base, 'large'))).rejects.toThrow(WorkspaceRefused);
  const denied = new Error('GitHub says no');
  const { repository, remote } = environment.source;
  const source = { repository, remote: { url: remote.url, token: () => Promise.reject(denied) } };
  const unknown = await environment.remote.commit({ a: 'not fetched yet\n' });
  await expect(workspaces.readFile(source, unknown, 'a')).rejects.toBe(denied);
  const away = {
    repository,
    remote: { url: 'http://127.0.0.1:1/x.git', token: async () => TOKEN },
  };
  await expect(workspaces.readFile(away, unknown, 'a')).rejects.toThrow(RemoteAway);
});

test('stopped, it is gone', async () => {
  const other = createProcessHosts({
    workspaces: { stateDir: join(environment.folder, 'other') },
    sandbox: { stateDir: join(environment.folder, 'other') },
  });
  await remoteWorkspaces(other);
  const before = await processes();
  await other.stop();
  await until('the process to end', async () => (await processes()).length === before.length - 1);
  expect((await processes()).length).toBe(before.length - 1);
});
