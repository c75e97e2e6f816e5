/**
 * Descriptors that we were started with and would pass on without knowing: a supervisor's pipe, a
 * terminal. Node opens its own with close-on-exec; these are the others.
 */
import { readdir, readFile } from 'node:fs/promises';
import type { Descriptor } from './spawn-with.ts';

const CLOSE_ON_EXEC = 0o2000000;

/** Their numbers, above stderr, ascending. */
export async function findInherited(): Promise<number[]> {
  const numbers: number[] = [];
  for (const name of await readdir('/proc/self/fd')) {
    const info = await readFile(`/proc/self/fdinfo/${name}`, 'utf8').catch(() => '');
    const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1];
    if (Number(name) > 2 && flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0)
      numbers.push(Number(name));
  }
  return numbers.sort((a, b) => a - b);
}

/** What follows a `stdio` of `length` entries: an empty input in each one's place. */
export function blanks(length: number, inherited: number[]): Descriptor[] {
  const all: Descriptor[] = [];
  for (const number of inherited) {
    while (length + all.length < number) all.push('ignore');
    if (number >= length) all.push(Buffer.alloc(0));
  }
  return all;
}
