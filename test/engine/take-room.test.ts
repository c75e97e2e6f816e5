/** The limit of a service holds over all open backlogs of a repository. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BacklogFile, planOf } from '../../src/core/backlog/file.ts';
import { byPerson } from '../../src/core/origin.ts';
import { backlogStream } from '../../src/core/stream.ts';
import { createHandle } from '../../src/engine/handle.ts';
import { takeRoom } from '../../src/engine/perform/take-room.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { created, digest } from '../core/task/given.ts';
import { beginTask } from './begin.ts';
import { MONA, REPOSITORY } from './github.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const item = (id: string, service: string) => ({ id, title: id, service });

async function play(tracking: number, file: BacklogFile): Promise<void> {
  const handle = createHandle({
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    redact: text => text,
    appended: async () => {},
  });
  const requester = byPerson(MONA);
  const source = { kind: 'submitted' as const };
  const plan = planOf(file);
  const data = { repository: REPOSITORY, requester, source, tracking, plan, digest, asks: false };
  const actor = { kind: 'gatehouse' as const };
  const stream = backlogStream(REPOSITORY.id, tracking);
  const handled = await handle({ stream, command: { type: 'create', data }, actor });
  if (!handled.ok) throw new Error(handled.refusal.message);
}

const room = (tracking: number, id: string) => {
  const deps = { ...store, settings: { worker: `worker-${tracking}` } };
  return takeRoom(deps, backlogStream(REPOSITORY.id, tracking), id);
};

it('waits for what other backlogs have at work, and for its turn', async () => {
  const limits = { services: { api: 2 } };
  await play(5, {
    title: 'One',
    limits,
    tasks: [item('a', 'api'), item('b', 'api'), item('w', 'web')],
  });
  await play(6, { title: 'Other', limits, tasks: [item('c', 'api'), item('d', 'web')] });
  // Its own are counted where it chooses its items: here, two of them may be at work.
  const first = await room(5, 'a');
  expect(first, 'nothing is at work elsewhere').not.toBeNull();
  expect(await room(6, 'c'), 'somebody else is looking for room').toBeNull();
  expect(await room(6, 'd'), 'it stands under no limit').not.toBeNull();
  await first?.();

  for (const [index, name] of ['a', 'b', 'w'].entries())
    await beginTask(store.log, `${REPOSITORY.id}-backlog-${index}`, [
      created({
        repository: REPOSITORY,
        origin: {
          kind: 'backlog',
          backlog: backlogStream(REPOSITORY.id, 5).id,
          item: name,
          tracking: 5,
        },
        issue: null,
        target: null,
      }),
    ]);
  expect(await room(6, 'c'), 'two for the service are at work').toBeNull();
  expect(await room(6, 'c'), 'and the turn was given back').toBeNull();
  const away = async () => Promise.reject(new Error('the database is away'));
  const failing = { ...store, tasks: { ...store.tasks, list: away }, settings: { worker: 'w' } };
  await expect(takeRoom(failing, backlogStream(REPOSITORY.id, 5), 'b')).rejects.toThrow('is away');
  const again = await room(5, 'b');
  expect(again).not.toBeNull();
  await again?.();
});
