/** The database's time, told by a machine whose own clock is wrong. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { databaseClock } from '../../../src/compose/stores/clock.ts';

const HOUR = 3_600_000;
const TRUE = Date.parse('2026-01-02T03:04:05.000Z');

beforeEach(() => void vi.useFakeTimers({ now: TRUE + HOUR }));
afterEach(() => void vi.useRealTimers());

it('is the database’s, an hour off or not, and follows the machine’s being set right', async () => {
  let database = async () => new Date(Date.now() - HOUR);
  const clock = await databaseClock(() => database());
  expect(clock.now()).toEqual(new Date(TRUE));
  expect(clock.offsetMs()).toBe(-HOUR);
  vi.setSystemTime(TRUE);
  database = async () => new Date();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(clock.now()).toEqual(new Date(TRUE + 30_000));
  // Where it does not answer, the last measure stands.
  database = () => Promise.reject(new Error('away'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(clock.now()).toEqual(new Date(TRUE + 60_000));
  clock.stop();
  let asked = 0;
  database = async () => new Date(++asked);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(0);
});

it('fails where the database does not tell the time at first', async () => {
  await expect(databaseClock(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
});
