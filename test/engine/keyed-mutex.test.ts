import { describe, expect, it } from 'vitest';
import { createKeyedMutex } from '../../src/engine/keyed-mutex.ts';

describe('work under one name', () => {
  it('come one after another for one name, in the order of asking', async () => {
    const inTurn = createKeyedMutex();
    const told: string[] = [];
    const work = (name: string) => async () => {
      told.push(`${name} begins`);
      await null;
      told.push(`${name} ends`);
      return name;
    };
    const asked = ['one', 'two', 'three'].map(name => inTurn('a task', work(name)));
    expect(await Promise.all(asked)).toEqual(['one', 'two', 'three']);
    expect(told).toEqual(
      ['one', 'two', 'three'].flatMap(name => [`${name} begins`, `${name} ends`]),
    );
  });

  it('of other names do not wait', async () => {
    const inTurn = createKeyedMutex();
    const never = new Promise<never>(() => {});
    void inTurn('a task', () => never);
    expect(await inTurn('another', async () => 'done')).toBe('done');
  });

  it('go on after one that failed, which is told so', async () => {
    const inTurn = createKeyedMutex();
    const failed = inTurn('a task', () => Promise.reject(new Error('no')));
    const next = inTurn('a task', async () => 'done');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});
