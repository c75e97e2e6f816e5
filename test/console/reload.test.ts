/** Pages load anew what has changed, and what is on its way to them comes however often that is. */
import { onlineManager, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import { createQueryClient } from '../../src/console/api/query-client.ts';
import { reload } from '../../src/console/live/reload.ts';

afterEach(() => {
  vi.useRealTimers();
  onlineManager.setOnline(true);
});

/** A list whose answers take a second, as it is shown. */
function shownList() {
  const client = createQueryClient();
  let asked = 0;
  const observer = new QueryObserver(client, {
    queryKey: ['tasks', 'person'],
    queryFn: ({ signal }) => {
      const answer = ++asked;
      return new Promise<number>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cancelled')));
        setTimeout(() => resolve(answer), 1_000);
      });
    },
  });
  const leave = observer.subscribe(() => {});
  return {
    client,
    shown: () => observer.getCurrentResult().data,
    asked: () => asked,
    leave: () => {
      leave();
      client.clear();
    },
  };
}

it('an answer comes although what it is about changes all the time, and the last change is shown', async () => {
  vi.useFakeTimers();
  const list = shownList();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(list.shown()).toBe(1);
  const changed = () => reload(list.client, { queryKey: ['tasks'] });
  for (let hints = 0; hints < 100; hints += 1) {
    changed();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(list.shown()).toBeGreaterThan(5);
  expect(list.asked()).toBeLessThan(13);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(list.shown()).toBe(list.asked());
  list.leave();
});

it('what was on its way when something changed is asked for once more', async () => {
  vi.useFakeTimers();
  const list = shownList();
  await vi.advanceTimersByTimeAsync(500);
  reload(list.client);
  await vi.advanceTimersByTimeAsync(600);
  expect(list.shown()).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(list.shown()).toBe(2);
  expect(list.asked()).toBe(2);
  list.leave();
});

it('what takes long holds up nothing else', async () => {
  vi.useFakeTimers();
  const list = shownList();
  const slow = vi.fn(() => new Promise(() => {}));
  const leave = new QueryObserver(list.client, { queryKey: ['slow'], queryFn: slow }).subscribe(
    () => {},
  );
  await vi.advanceTimersByTimeAsync(1_000);
  for (const answer of [2, 3]) {
    reload(list.client);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(list.shown()).toBe(answer);
  }
  expect(slow).toHaveBeenCalledOnce();
  leave();
  list.leave();
});

it('an answer that never comes holds up nothing for ever', async () => {
  vi.useFakeTimers();
  const loaded = vi
    .fn<() => Promise<string>>(() => new Promise(() => {}))
    .mockResolvedValueOnce('before it hung');
  const client = createQueryClient();
  const leave = new QueryObserver(client, { queryKey: ['hangs'], queryFn: loaded }).subscribe(
    () => {},
  );
  await vi.advanceTimersByTimeAsync(0);
  const changed = () => reload(client);
  changed();
  await vi.advanceTimersByTimeAsync(1_000);
  changed();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(loaded).toHaveBeenCalledTimes(3);
  leave();
  client.clear();
});

it('a server on this machine is asked without a network', async () => {
  onlineManager.setOnline(false);
  const client = createQueryClient();
  expect(await client.fetchQuery({ queryKey: ['home'], queryFn: () => 'here' })).toBe('here');
  const act = client.getMutationCache().build(client, { mutationFn: async () => 'done' });
  expect(await act.execute(undefined)).toBe('done');
  client.clear();
});
