/** Values of options, read from what was typed; what is wrong is said before the command begins. */
import { InvalidArgumentError } from 'commander';
import { pointInTime } from './point-in-time.ts';

export function appId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is the number that the App's page calls App ID.");
}

export const each = (name: string, before: string[]): string[] => [...before, name];

export function most(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000)
    throw new InvalidArgumentError('It is a whole number from 1 to 10000.');
  return value;
}

export function time(text: string): string {
  const at = pointInTime(text, Date.now());
  if (at === null)
    throw new InvalidArgumentError(
      'It is 7d, 12h, a day (2026-11-01), or a time of ISO 8601 in UTC.',
    );
  return at;
}

export function port(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return value;
}
