import { expect, test } from 'vitest';
import { createAnswerCache, createBoundedCache } from '../../../src/core/bounds/bounded-cache.ts';

test('a full cache forgets the entry that was used longest ago', () => {
  const cache = createBoundedCache<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3);
  expect(cache.get('b')).toBeUndefined();
  expect([cache.get('a'), cache.get('c')]).toEqual([1, 3]);
});

test('setting an entry again replaces it and counts as a use', () => {
  const cache = createBoundedCache<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.set('a', 10);
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b')]).toEqual([10, undefined]);
});

test('a deleted entry leaves its room to others', () => {
  const cache = createBoundedCache<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.delete('b');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});

test('an answer is asked for once, also by two who ask at the same time', async () => {
  const answers = createAnswerCache<string, number>(10);
  let asked = 0;
  const ask = async () => ++asked;
  expect(await Promise.all([answers.get('a', ask), answers.get('a', ask)])).toEqual([1, 1]);
  expect(await answers.get('a', ask)).toBe(1);
  answers.forget('a');
  expect(await answers.get('a', ask)).toBe(2);
});

test('a failure is not kept, and takes no later answer with it', async () => {
  const answers = createAnswerCache<string, string>(10);
  const failing = Promise.withResolvers<string>();
  const first = answers.get('a', () => failing.promise);
  answers.forget('a');
  const second = answers.get('a', async () => 'known');
  failing.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  expect(await second).toBe('known');
  expect(await answers.get('a', async () => 'asked again')).toBe('known');
  await expect(answers.get('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await answers.get('b', async () => 'asked again')).toBe('asked again');
});

test('an answer is believed until it expires', async () => {
  let now = 1_000;
  let asked = 0;
  const answers = createAnswerCache<string, number>(10, { ms: 50, now: () => now });
  const ask = async () => ++asked;
  await answers.get('a', ask);
  now = 1_049;
  expect(await answers.get('a', ask)).toBe(1);
  now = 1_050;
  expect(await answers.get('a', ask)).toBe(2);
});

test('what is kept weighs no more than it may, and nothing is kept that is heavier alone', async () => {
  const weight = { of: (text: string) => text.length, most: 10 };
  const cache = createBoundedCache<string, string>(100, weight);
  cache.set('a', '12345');
  cache.set('b', '1234');
  cache.set('b', '12345');
  expect([cache.get('a'), cache.get('b')]).toEqual(['12345', '12345']);
  cache.set('c', '1');
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, '12345', '1']);
  cache.set('d', '12345678901');
  expect([cache.get('b'), cache.get('d')]).toEqual(['12345', undefined]);
  const answers = createAnswerCache<string, string>(100, undefined, weight);
  await answers.get('a', async () => '12345678');
  await answers.get('b', async () => '1234');
  expect(await answers.get('a', async () => 'asked again')).toBe('asked again');
});
