/**
 * Set-up of each file under `npm test -- --dear`: notes what the file cost in processor time, its own
 * and that of the processes it has waited for.
 */
import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Seconds. */
    processorTime?: number;
  }
}

/** The kernel counts time in hundredths of a second, whatever the processor. */
const TICKS = 100;

function processorTime(): number {
  const line = readFileSync('/proc/self/stat', 'utf8');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [user, system, children, childrenSystem] = fields.slice(11, 15).map(Number);
  return ((user ?? 0) + (system ?? 0) + (children ?? 0) + (childrenSystem ?? 0)) / TICKS;
}

const before = processorTime();
// biome-ignore lint/correctness/noEmptyPattern: the file's suite comes second, and Vitest wants the first like this
afterAll(({}, suite) => {
  suite.meta.processorTime = processorTime() - before;
});
