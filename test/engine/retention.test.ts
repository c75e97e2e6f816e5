/** What is kept for its time is removed after it: never before, and never what a task still needs. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFolderArchive } from '../../src/adapters/artifacts/archive.ts';
import { createDiskArtifacts } from '../../src/adapters/artifacts/disk.ts';
import type { Digest } from '../../src/core/decision.ts';
import type { RunRecording } from '../../src/core/recording.ts';
import { ArtifactExpired } from '../../src/engine/ports/artifacts.ts';
import { leftFiles } from '../../src/engine/queries/left-files.ts';
import { expireOld } from '../../src/engine/retention/expire.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { created } from '../core/task/given.ts';
import { beginTask } from './begin.ts';

const DAY_MS = 86_400_000;

let store: TestStore;
let folder: string;
beforeAll(async () => {
  store = await openStore();
  folder = await mkdtemp(join(tmpdir(), 'gh-retention-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await store.close();
});

test('raw output goes after days and records after a year, but not of a task that is open', async () => {
  const artifacts = await createDiskArtifacts({ dir: join(folder, 'artifacts') });
  const archive = await openFolderArchive(join(folder, 'archive'));
  const logged: object[] = [];
  const parts = {
    ...store,
    artifacts,
    archive,
    settings: { retention: { outputMs: 7 * DAY_MS, recordMs: 400 * DAY_MS } },
    logger: { info: (fields: object) => void logged.push(fields) },
  };
  const after = (days: number) =>
    expireOld({ ...parts, now: async () => new Date(Date.now() + days * DAY_MS) });
  const { signal } = new AbortController();
  await beginTask(store.log, 'open', [created()]);
  const target = { kind: 'issue' as const, number: 2 };
  const by = { kind: 'person' as const, id: 1, login: 'mona' };
  const cancel = { type: 'cancel' as const, by, target };
  await beginTask(store.log, 'ended', [created({ issue: 2, target }), cancel]);
  const proof = await artifacts.put('printed', 'proof');
  const leave = async (task: string, answer: string) => {
    const response = await artifacts.put(answer, 'record');
    const texts = {
      'stdout.log': await artifacts.put(`${task} printed`, 'output'),
      'recording.json': await artifacts.put(recordingOf(response), 'record'),
      'result.json': await artifacts.put(`${task} result`, 'proof'),
    };
    for (const [name, digest] of Object.entries(texts))
      await artifacts.link({ task, run: 'r1' }, name as keyof typeof texts, digest);
    return { response, ...texts };
  };
  const open = await leave('open', 'an answer to both');
  const ended = await leave('ended', 'an answer');
  const shared = await artifacts.put('an answer to both', 'record');
  const body = Buffer.from('{"zen": 1}');
  await store.deliveries.receive({ guid: 'old-1', event: 'ping', body });
  await store.deliveries.settle('old-1', 'ignored', '');
  await store.deliveries.receive({ guid: 'waits', event: 'ping', body: Buffer.from('{}') });

  expect(await after(6)(signal)).toBe(0);
  expect(await after(8)(signal)).toBe(2);
  expect(await after(8)(signal)).toBe(0);
  expect(logged).toEqual([{ output: 1, records: 0, bodies: 1 }]);
  await expect(artifacts.get(ended['stdout.log'])).rejects.toThrow(/expired on \d{4}-\d\d-\d\d$/);
  expect((await artifacts.get(open['stdout.log'])).toString()).toBe('open printed');
  expect(await store.deliveries.find('old-1')).toMatchObject({ body: null, state: 'ignored' });
  expect(await store.deliveries.find('waits')).toMatchObject({ body: Buffer.from('{}') });

  expect(await after(401)(signal)).toBe(2);
  for (const digest of [ended['recording.json'], ended.response])
    await expect(artifacts.get(digest)).rejects.toThrow('expired on');
  for (const digest of [proof, shared, ended['result.json'], ...Object.values(open)])
    expect((await artifacts.get(digest)).length).toBeGreaterThan(0);
  expect((await leftFiles({ ...store, artifacts }, 'ended')).map(({ name }) => name)).toEqual([
    'recording.json',
    'result.json',
    'stdout.log',
  ]);

  const archived = await readdir(join(folder, 'archive'), { recursive: true });
  const files = archived.filter(path => path.split('/').length === 3);
  expect(files.sort().map(path => path.split('/')[0])).toEqual([
    'deliveries',
    'output',
    'record',
    'record',
  ]);
  const [delivery = ''] = files;
  expect(delivery).toMatch(/^deliveries\/\d{4}-\d\d-\d\d\/old-1\.ping\.json$/);
  expect(await readFile(join(folder, 'archive', delivery))).toEqual(body);

  // A recording whose time was over before its task was tried again names nothing, and holds up nothing.
  const get = async (digest: Digest) => {
    if (digest === open['recording.json']) throw new ArtifactExpired(digest, new Date());
    return artifacts.get(digest);
  };
  const now = async () => new Date(Date.now() + 402 * DAY_MS);
  const unreadable = { ...parts, artifacts: { ...artifacts, get }, now };
  expect(await expireOld(unreadable)(signal), 'the answer that it named').toBe(1);
});

const recordingOf = (response: string): string => {
  const recording: RunRecording = {
    v: 1,
    adapter: 'claude',
    version: '1',
    starts: [],
    answers: [],
    exchanges: [
      {
        began: 0,
        ended: 1,
        method: 'POST',
        path: '/v1/messages',
        request: null,
        forwarded: true,
        output: null,
        status: 200,
        headers: {},
        response,
        whole: true,
        redacted: false,
      },
    ],
    missing: null,
  };
  return JSON.stringify(recording);
};
