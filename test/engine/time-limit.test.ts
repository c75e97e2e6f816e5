import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { within } from '../../src/engine/ports/time-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('work that is done in time gives its own outcome, and leaves no timer', async () => {
  expect(await within(1_000, Promise.resolve('done'), () => 'late')).toBe('done');
  await expect(within(1_000, Promise.reject(new Error('failed')), () => 'late')).rejects.toThrow(
    'failed',
  );
  expect(vi.getTimerCount()).toBe(0);
});

test('work that takes longer gives what is said instead', async () => {
  const never = new Promise<string>(() => {});
  const given = within(1_000, never, () => 'late');
  const thrown = within(1_000, never, () => {
    throw new Error('too late');
  });
  const rejected = expect(thrown).rejects.toThrow('too late');
  vi.advanceTimersByTime(1_000);
  expect(await given).toBe('late');
  await rejected;
});
