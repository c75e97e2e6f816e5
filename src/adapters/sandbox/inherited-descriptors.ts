/**
 * Descriptors that Gatehouse was started with, such as a supervisor's pipe or a terminal, and that
 * a child would inherit. Node opens its own descriptors with close-on-exec; these are the others.
 */
import { readdir, readFile } from 'node:fs/promises';
import type { ChildDescriptor } from './spawn-with-descriptors.ts';

const CLOSE_ON_EXEC = 0o2000000;

/** The numbers of these descriptors above stderr, ascending. */
export async function findInheritedDescriptors(): Promise<number[]> {
  const numbers: number[] = [];
  for (const name of await readdir('/proc/self/fd')) {
    const info = await readFile(`/proc/self/fdinfo/${name}`, 'utf8').catch(() => '');
    const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1];
    if (Number(name) > 2 && flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0)
      numbers.push(Number(name));
  }
  return numbers.sort((a, b) => a - b);
}

/**
 * Entries to append to a child's `stdio` of `length` entries: they replace each inherited
 * descriptor by an empty input.
 */
export function maskInherited(length: number, inherited: number[]): ChildDescriptor[] {
  const masks: ChildDescriptor[] = [];
  for (const number of inherited) {
    while (length + masks.length < number) masks.push('ignore');
    if (number >= length) masks.push(Buffer.alloc(0));
  }
  return masks;
}
