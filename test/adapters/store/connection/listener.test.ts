import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { expect, it, vi } from 'vitest';
import { createListener } from '../../../../src/adapters/store/connection/listener.ts';

class Connection extends EventEmitter {
  listens = Promise.withResolvers<void>();
  query = () => this.listens.promise;
  release = vi.fn();
}

/** Connections are made as they are asked for; each listens once the test says so. */
function pool() {
  const made: Connection[] = [];
  const connect = async () => {
    const connection = new Connection();
    made.push(connection);
    return connection;
  };
  // The listener uses nothing else of it.
  return { made, pool: { connect } as unknown as pg.Pool };
}

const follower = () => ({ received: vi.fn(), missed: vi.fn() });
const told = { channel: 'changes', payload: 'it' };

it('who comes while the connection is made again waits for the same one', async () => {
  const { made, pool: from } = pool();
  const { follow } = createListener(from, 'changes', () => {});
  const [first, second] = [follower(), follower()];
  const following = follow(first);
  await vi.waitFor(() => expect(made).toHaveLength(1));
  made[0]?.listens.resolve();
  await following;
  made[0]?.emit('end');
  await vi.waitFor(() => expect(made).toHaveLength(2));
  const late = follow(second);
  made[1]?.listens.resolve();
  await late;
  expect(made).toHaveLength(2);
  made[1]?.emit('notification', told);
  expect([first.received.mock.calls, second.received.mock.calls]).toEqual([[['it']], [['it']]]);
});

it('whoever could not begin to follow is told nothing, and holds no connection', async () => {
  const { made, pool: from } = pool();
  const { follow } = createListener(from, 'changes', () => {});
  const [failed, next] = [follower(), follower()];
  const following = follow(failed);
  await vi.waitFor(() => expect(made).toHaveLength(1));
  made[0]?.listens.reject(new Error('It is away.'));
  await expect(following).rejects.toThrow('It is away.');
  expect(made[0]?.release).toHaveBeenCalledWith(true);
  const again = follow(next);
  await vi.waitFor(() => expect(made).toHaveLength(2));
  made[1]?.listens.resolve();
  (await again).stop();
  expect(made[1]?.release).toHaveBeenCalledWith(true);
  made[1]?.emit('notification', told);
  expect(failed.received).not.toHaveBeenCalled();
});

it('what is no longer listened for when its connection is there is not kept', async () => {
  const { made, pool: from } = pool();
  const { follow, close } = createListener(from, 'changes', () => {});
  const following = follow(follower());
  await vi.waitFor(() => expect(made).toHaveLength(1));
  close();
  made[0]?.listens.resolve();
  await following;
  expect(made[0]?.release).toHaveBeenCalledWith(true);
});
